/** What a running agent says about its cost: totals since its start. Two of them, one after the other, make the picture of a while. */

export interface KindCost {
  readonly kind: string
  readonly seen: number
  readonly sent: number
  /** Left out in the kernel on purpose, by cause. */
  readonly filteredClass: number
  readonly filteredProcess: number
  readonly filteredObject: number
  readonly folded: number
  readonly sampled: number
  readonly lost: number
  /** Of the agent, estimated from a sample. */
  readonly seconds: number
}

export interface RuleCost {
  readonly rule: string
  /** It makes no findings. */
  readonly shadow: boolean
  /** Tries of its condition; with `seconds`, estimated from a sample. */
  readonly evaluations: number
  readonly matches: number
  readonly seconds: number
}

export interface ProgramCost {
  readonly program: string
  readonly runs: number
  readonly seconds: number
}

export interface CostReport {
  readonly pid: number
  /** Seconds since 1970. */
  readonly time: number
  readonly cpuSeconds: number
  readonly residentBytes: number
  readonly kinds: readonly KindCost[]
  readonly rules: readonly RuleCost[]
  /** Empty unless the kernel was asked to measure. */
  readonly programs: readonly ProgramCost[]
  readonly ring: { readonly bytes: number; readonly used: number; readonly peak: number }
  readonly findings: number
  readonly budget: {
    readonly maxShare: number | null
    readonly step: number
    readonly foldWindowMs: number
    readonly sampled: readonly string[]
  }
  /** What waits for the server; absent when nothing is kept for one. */
  readonly upstream?: UpstreamCost
}

export interface UpstreamCost {
  /** Findings that the server has not acknowledged, and what waits on the disk in all. */
  readonly findings: number
  readonly bytes: number
  /** Lines of findings that were given up; lines of history that were given up or left out. */
  readonly findingsLost: number
  readonly historyLost: number
}
