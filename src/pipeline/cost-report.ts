/** The report of costs for `tarsier top`. */
import type { CostReport, KindCost, UpstreamCost } from '../lib/cost-report.ts'
import type { AgentView, UpstreamView } from './metrics/agent-view.ts'

/** `time`: seconds since 1970. Rules come with the costliest first, at most MAX_RULES. */
export function costReport(view: AgentView, time: number): CostReport {
  const { counters, costs, budget } = view
  const rules = [...costs.rules]
    .map(([rule, cost]) => ({ rule, shadow: view.shadows.has(rule), ...cost }))
    .sort((a, b) => b.seconds - a.seconds || b.matches - a.matches)
  return {
    pid: process.pid,
    time,
    cpuSeconds: view.process.cpuSeconds,
    residentBytes: view.process.residentBytes,
    kinds: kindsOf(view),
    rules: rules.slice(0, MAX_RULES),
    programs: view.programs,
    ring: counters.ring,
    findings: view.folds.taken,
    budget: {
      maxShare: budget.maxShare ?? null,
      step: budget.step,
      foldWindowMs: budget.foldWindowMs,
      sampled: [...budget.shifts.keys()],
    },
    ...(view.upstream === undefined ? {} : { upstream: upstreamOf(view.upstream) }),
  }
}

const MAX_RULES = 10_000

const upstreamOf = ({ findings, history, events }: UpstreamView): UpstreamCost => ({
  findings: findings.waiting,
  bytes: findings.bytes + history.bytes,
  findingsLost: findings.lost,
  historyLost: history.lost + (events?.left ?? 0),
})

function kindsOf({ counters, costs }: AgentView): readonly KindCost[] {
  return [...counters.kinds].map(([kind, { seen, sent, filteredClass, filteredProcess, filteredObject, folded, sampled, ...rest }]) => ({
    ...{ kind, seen, sent, filteredClass, filteredProcess, filteredObject, folded, sampled },
    lost: rest.lostFull + rest.lostReserved + rest.lostNested,
    seconds: costs.kinds.get(kind)?.seconds ?? 0,
  }))
}
