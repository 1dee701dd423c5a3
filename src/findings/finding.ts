/** One rule that matched one or more events, with the reason spelled out. */
export type Priority = 'emergency' | 'alert' | 'critical' | 'error' | 'warning' | 'notice' | 'informational' | 'debug'

export const PRIORITIES = [
  'emergency',
  'alert',
  'critical',
  'error',
  'warning',
  'notice',
  'informational',
  'debug',
] as const satisfies readonly Priority[]

/** One process of the lineage, nearest first. */
export interface LineageEntry {
  readonly pid: number
  readonly startNs: number
  readonly name: string
  readonly exePath: string
  readonly cmdline: string
  readonly user: string
}

export interface AttackTechnique {
  /** `T1059` or `T1059.004`. */
  readonly id: string
}

export interface Finding {
  /** Unique; sorts by time. */
  readonly id: string
  readonly rule: string
  readonly priority: Priority
  readonly source: string
  readonly tags: readonly string[]
  readonly attack: readonly AttackTechnique[]
  /** The rule's `output` with its fields filled in. May hold hostile bytes: outputs neutralise them. */
  readonly output: string
  /** Values of the fields named in `output`, by their text; missing is null. */
  readonly outputFields: Readonly<Record<string, string | number | boolean | null>>
  /** ns since 1970, of the (first) event. */
  readonly timeNs: number
  readonly hostname: string
  readonly eventIds: readonly string[]
  readonly lineage: readonly LineageEntry[]
  readonly containerId: string | undefined
  /** Names the process for ever: `<pid>@<startNs>`; undefined for events without one. */
  readonly processKey: string | undefined
  /** What makes two findings equal for folding. */
  readonly foldKey: string
  /** How many equal findings this one stands for (1 for itself alone). */
  readonly count: number
}
