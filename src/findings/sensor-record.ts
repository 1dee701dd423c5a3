/** How a sensor is, as its agent says every few seconds. */
import type { CostReport } from '../lib/cost-report.ts'

export interface SensorLoss {
  /** `ring`, `nesting`, `history`, `spool`, `output syslog://…`: as in the metrics. */
  readonly cause: string
  readonly count: number
}

export interface DegradedFeature {
  readonly name: string
  readonly detail: string
  readonly fix: string
}

/** What is decided before it happens. */
export interface SensorPrevention {
  readonly mode: 'off' | 'dry-run' | 'act'
  /** The helper runs and has the present decisions. */
  readonly inForce: boolean
  /** As in the metrics; none where it never ran. */
  readonly counters: readonly { readonly name: string; readonly count: number }[]
  /** Of each rule that is marked, by kind of event: by what it is enforced, or why not. */
  readonly rules: readonly PreventionRule[]
  /** Beyond those. */
  readonly rulesLeft: number
  /** File systems that are watched, so many. */
  readonly watched: number
  readonly unwatched: readonly { readonly path: string; readonly reason: string }[]
}

export interface PreventionRule {
  readonly rule: string
  /** Null: none of its events can be prevented. */
  readonly kind: string | null
  readonly enforced: boolean
  readonly how: string
}

export interface SensorReport {
  readonly hostname: string
  readonly version: string
  readonly kernel: string
  readonly bootId: string
  readonly pid: number
  /** ns since 1970. */
  readonly timeNs: number
  readonly startedNs: number
  readonly rules: number
  readonly hooks: number
  /** What the hooks of system calls hang on: with tracepoints, every call of the host takes the slow way. */
  readonly calls: 'functions' | 'tracepoints'
  readonly processes: number
  /** Since the start of the agent. */
  readonly totals: {
    readonly seen: number
    readonly kept: number
    readonly filtered: number
    readonly folded: number
    readonly sampled: number
    readonly lost: number
    readonly findings: number
  }
  readonly losses: readonly SensorLoss[]
  readonly degraded: readonly DegradedFeature[]
  /** What waits for the server. */
  readonly spool: { readonly findings: number; readonly bytes: number; readonly dropped: number }
  readonly cost: CostReport
  /** Not told by agents of earlier versions. */
  readonly prevention?: SensorPrevention
}

/** One point of a sensor's past: rates over the time since the point before. */
export interface SensorPoint {
  readonly timeNs: number
  readonly seconds: number
  readonly kept: number
  readonly filtered: number
  readonly lost: number
  readonly findings: number
  readonly cpuShare: number
  readonly residentBytes: number
}
