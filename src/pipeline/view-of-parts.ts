/** Looks at the parts of a running agent. */
import type { LinkedRule } from '../lang/link.ts'
import type { Notifier } from '../notify/notify.ts'
import { callsBy } from '../sources/ebpf/attached.ts'
import { type BudgetGuard, cpuSeconds } from './budget-guard.ts'
import type { Costs } from './costs.ts'
import type { Detection } from './detection.ts'
import type { LiveEvents } from './live-events.ts'
import type { AgentView, ResponsesView, UpstreamView } from './metrics/agent-view.ts'
import type { RunningPrevention } from './prevention.ts'

export interface ViewedParts {
  readonly live: LiveEvents
  readonly detection: Pick<Detection, 'stats' | 'correlation'>
  readonly notifier: Pick<Notifier, 'stats'>
  readonly costs: Pick<Costs, 'totals'>
  readonly guard: Pick<BudgetGuard, 'state'>
  readonly upstream: () => UpstreamView | undefined
  readonly prevention?: Pick<RunningPrevention, 'status'>
  readonly responses?: { readonly view: () => ResponsesView } | undefined
  /** Those that are on. */
  readonly rules: () => readonly Pick<LinkedRule, 'name' | 'shadow'>[]
}

export function viewOf({ live, detection, notifier, costs, guard, upstream, prevention, responses, rules }: ViewedParts): AgentView {
  const { rss, heapUsed } = process.memoryUsage()
  const count = (state: LiveEvents['hooks'][number]['state']): number => live.hooks.filter((hook) => hook.state === state).length
  return {
    counters: live.counters(),
    enriched: live.enriched(),
    read: live.read(),
    faults: live.faults.count(),
    folds: detection.stats(),
    correlation: detection.correlation(),
    verdicts: live.verdicts(),
    outputs: notifier.stats(),
    costs: costs.totals(),
    rules: rules().map(({ name }) => name),
    shadows: new Set(rules().flatMap(({ name, shadow }) => (shadow ? [name] : []))),
    calls: callsBy(live.hooks),
    hooks: { attached: count('attached'), missing: count('missing'), failed: count('failed') },
    process: {
      cpuSeconds: cpuSeconds(),
      residentBytes: rss,
      heapBytes: heapUsed,
      startSeconds: Date.now() / 1e3 - process.uptime(),
    },
    programs: live.knobs.programRuns(),
    skippedRuns: live.knobs.skippedRuns(),
    budget: guard.state(),
    prevention: prevention?.status(),
    responses: responses?.view(),
    upstream: upstream(),
  }
}
