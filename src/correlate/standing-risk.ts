/** How much was found lately of the process tree, container or pod that a finding is of: the risk of an incident, known where it happens. */
import type { Finding } from '../findings/finding.ts'
import { createLru } from '../lib/lru.ts'
import { causalKeys } from './causal-keys.ts'
import { raisedRisk } from './risk.ts'

interface Standing {
  readonly risk: number
  readonly rules: ReadonlySet<string>
  readonly techniques: ReadonlySet<string>
  readonly findings: number
  readonly lastNs: number
}

export interface StandingRisks {
  /** 0 to 100, with this finding. */
  readonly take: (finding: Finding) => number
}

/** As long as an incident waits for more of the same. */
const FORGET_NS = 6 * 3600e9
const MAX_KEYS = 5000
/** Of one key: whoever has broken so many rules is at 100 anyway. */
const MAX_NAMES = 200

export function createStandingRisks(): StandingRisks {
  const known = createLru<string, Standing>(MAX_KEYS)

  function take(finding: Finding): number {
    const keys = causalKeys(finding).map(({ kind, value }) => `${kind} ${value}`)
    const risks = keys.map((key) => {
      const next = raised(known.get(key), finding)
      known.set(key, next)
      return next.risk
    })
    return risks.length === 0 ? raised(undefined, finding).risk : Math.max(...risks)
  }

  return Object.freeze({ take })
}

const NOTHING: Standing = { risk: 0, rules: new Set(), techniques: new Set(), findings: 0, lastNs: 0 }

function raised(before: Standing | undefined, { rule, priority, attack, timeNs }: Finding): Standing {
  const last = before === undefined || timeNs - before.lastNs > FORGET_NS ? NOTHING : before
  const fresh = attack.map(({ id }) => id).filter((id) => !last.techniques.has(id))
  const step = { priority, isNewRule: !last.rules.has(rule), newTechniques: fresh.length, findings: last.findings + 1 }
  return {
    risk: raisedRisk(last.risk, step),
    rules: last.rules.size < MAX_NAMES ? new Set([...last.rules, rule]) : last.rules,
    techniques: last.techniques.size < MAX_NAMES ? new Set([...last.techniques, ...fresh]) : last.techniques,
    findings: step.findings,
    lastNs: timeNs,
  }
}
