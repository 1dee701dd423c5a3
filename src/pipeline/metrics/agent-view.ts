/** One look at a running agent: everything that metrics and the report of costs are made from. */
import type { CorrelationStats } from '../../correlate/correlator.ts'
import type { EnricherCounters } from '../../enrich/enrich.ts'
import type { FoldStats } from '../../findings/fold.ts'
import type { NamedOutputStats } from '../../notify/notify.ts'
import type { StreamStats } from '../../notify/upstream/upstream.ts'
import type { ResponderCounts } from '../../respond/responder.ts'
import type { ReadTally } from '../../sources/each-record.ts'
import type { CallsBy } from '../../sources/ebpf/attached.ts'
import type { KernelCounters } from '../../sources/ebpf/counters.ts'
import type { ProgramRuns } from '../../sources/ebpf/measuring.ts'
import type { BudgetState } from '../budget.ts'
import type { CostTotals } from '../costs.ts'
import type { HistoryStats } from '../history/history.ts'
import type { PreventionStatus } from '../prevention.ts'
import type { KeptFolders } from '../responses/kept-folders.ts'
import type { StepCount } from '../responses/step-counts.ts'
import type { VerdictStats } from '../verdicts.ts'

export interface AgentView {
  readonly counters: KernelCounters
  readonly enriched: EnricherCounters
  readonly read: ReadTally
  /** What a bug made of events: not judged. */
  readonly faults: number
  readonly folds: FoldStats
  /** Of rules about several events. */
  readonly correlation: CorrelationStats
  readonly verdicts: VerdictStats
  readonly outputs: readonly NamedOutputStats[]
  readonly costs: CostTotals
  /** Names of the rules that are on, in order of definition. */
  readonly rules: readonly string[]
  /** Of them those that make no findings. */
  readonly shadows: ReadonlySet<string>
  readonly calls: CallsBy
  readonly hooks: { readonly attached: number; readonly missing: number; readonly failed: number }
  readonly process: {
    readonly cpuSeconds: number
    readonly residentBytes: number
    readonly heapBytes: number
    /** Seconds since 1970. */
    readonly startSeconds: number
  }
  /** Runs of kernel programs that the kernel skipped, by program. */
  readonly skippedRuns: ReadonlyMap<string, number>
  /** Empty unless the kernel measures at the moment. */
  readonly programs: readonly ProgramRuns[]
  readonly budget: BudgetState
  /** Undefined where nothing can be prevented (in a replay). */
  readonly prevention: PreventionStatus | undefined
  /** Undefined where they are off. */
  readonly responses: ResponsesView | undefined
  /** Undefined when nothing is kept for a server. */
  readonly upstream: UpstreamView | undefined
}

export interface ResponsesView extends ResponderCounts {
  /** Those that are on. */
  readonly responses: number
  readonly steps: readonly StepCount[]
  readonly kept: ReturnType<KeptFolders['state']>
}

export interface UpstreamView {
  readonly findings: StreamStats
  readonly history: StreamStats
  /** The disk takes nothing at the moment. */
  readonly diskFails: boolean
  /** Undefined without history. */
  readonly events: HistoryStats | undefined
  /** Undefined when somebody else runs the server. */
  readonly restarts: number | undefined
}
