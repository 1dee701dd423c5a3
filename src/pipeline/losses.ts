/**
 * Turns counters of losses into findings: what kind of events, how many, on which CPUs, why. The first loss is said at
 * once; while losses go on the next report comes later and later, with all that was lost since the last.
 */
import type { Finding } from '../findings/finding.ts'
import { INTERNAL_RULES, type InternalFacts, type InternalRule, internalFinding } from '../findings/internal-finding.ts'
import { formatCount } from '../lib/quantity.ts'

/** One running total. Those with equal `what` and `why` are added up, their CPUs listed. */
export interface LossTotal {
  readonly rule: InternalRule
  /** `file.open events`, `findings for file:/x`. */
  readonly what: string
  readonly why: string
  readonly cpu?: number
  /** Since the start; never falls. */
  readonly total: number
}

export interface LossReporterOptions {
  readonly hostname: string
  readonly emit: (finding: Finding) => void
  readonly firstWaitMs: number
  readonly maxWaitMs: number
}

export interface LossReporter {
  /** Compares with the totals before; emits what is new when its time has come. Times in ns since 1970. */
  readonly update: (totals: readonly LossTotal[], nowNs: number) => void
  /** Emits what was held back. */
  readonly flush: (nowNs: number) => void
}

/** The most findings in one report; the rest is added up into one more. */
const MAX_FINDINGS = 12

interface Loss {
  readonly rule: InternalRule
  readonly what: string
  readonly why: string
  readonly cpus: Set<number>
  count: number
}

export function createLossReporter({ hostname, emit, firstWaitMs, maxWaitMs }: LossReporterOptions): LossReporter {
  const known = new Map<string, number>()
  let pending = new Map<string, Loss>()
  let waitMs = firstWaitMs
  let nextNs = 0

  function update(totals: readonly LossTotal[], nowNs: number): void {
    for (const one of totals) note(one)
    if (nowNs < nextNs) return
    if (pending.size === 0) waitMs = firstWaitMs
    else {
      report(nowNs)
      nextNs = nowNs + waitMs * 1e6
      waitMs = Math.min(waitMs * 2, maxWaitMs)
    }
  }

  function note({ rule, what, why, cpu, total }: LossTotal): void {
    const key = `${what}\n${why}`
    const counter = `${key}\n${cpu ?? ''}`
    const more = total - (known.get(counter) ?? 0)
    if (more <= 0) return
    known.set(counter, total)
    const loss = pending.get(key) ?? { rule, what, why, cpus: new Set(), count: 0 }
    loss.count += more
    if (cpu !== undefined) loss.cpus.add(cpu)
    pending.set(key, loss)
  }

  function report(timeNs: number): void {
    const losses = [...pending.values()].sort((a, b) => b.count - a.count)
    pending = new Map()
    for (const loss of losses.slice(0, MAX_FINDINGS)) emit(findingOf(loss, timeNs))
    const rest = losses.slice(MAX_FINDINGS)
    if (rest.length > 0) emit(internalFinding(INTERNAL_RULES.eventsLost, restFacts(rest, timeNs)))
  }

  function findingOf({ rule, what, why, cpus, count }: Loss, timeNs: number): Finding {
    const list = [...cpus].sort((a, b) => a - b).join(', ')
    const where = cpus.size === 0 ? '' : ` on CPU ${list}`
    const fields = { 'tarsier.lost': count, 'tarsier.what': what, 'tarsier.cpus': list === '' ? null : list, 'tarsier.why': why }
    return internalFinding(rule, { output: `${formatCount(count)} ${what} lost${where} because ${why}`, fields, timeNs, hostname })
  }

  function restFacts(rest: readonly Loss[], timeNs: number): InternalFacts {
    const count = rest.reduce((sum, loss) => sum + loss.count, 0)
    const output = `${formatCount(count)} more events of ${rest.length} other kinds and causes lost`
    return { output, fields: { 'tarsier.lost': count }, timeNs, hostname }
  }

  return Object.freeze({
    update,
    flush: (nowNs: number) => {
      if (pending.size > 0) report(nowNs)
    },
  })
}
