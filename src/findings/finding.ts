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

/** A check of the rule's condition that was run for the match, with the value that it saw. */
export interface FindingReason {
  /** As the rule has it; of a long list the beginning. */
  readonly check: string
  /** As an output shows it; `<NA>` where there was none. */
  readonly value: string
  /** Whether the check held; one that did not stands under a `not`, or beside another of an `or` that did. */
  readonly held: boolean
  /** Macros around it, from the outermost. */
  readonly macros: readonly string[]
}

/** Where it happened, for those who act on it and for those who look for all of one service. Names may hold hostile bytes. */
export interface FindingWorkload {
  readonly containerName: string | undefined
  readonly image: string | undefined
  readonly podName: string | undefined
  readonly podNamespace: string | undefined
  readonly podUid: string | undefined
}

/** What was done something with. */
export interface FindingObject {
  /** Path of the file that was opened, run or changed, as the process sees it. */
  readonly file: string | undefined
  /** Which file that is, whatever has its name by now; absent where the event did not tell. */
  readonly fileId?: { readonly dev: number; readonly ino: number }
  /** The other end of a connection. */
  readonly ip: string | undefined
  readonly port: number | undefined
}

/** How sure the rule is that what it matches is what it is called. */
export type Confidence = 'low' | 'medium' | 'high'

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
  /** Why it fired: the checks on the way to the match, bounded. Empty for findings about Tarsier itself. */
  readonly why: readonly FindingReason[]
  /** The rule's; undefined for findings about Tarsier itself. */
  readonly confidence: Confidence | undefined
  /** Undefined on the host. */
  readonly workload: FindingWorkload | undefined
  /** Undefined for what is about no file and no connection. */
  readonly object: FindingObject | undefined
  /** What makes two findings equal for folding. */
  readonly foldKey: string
  /** How many equal findings this one stands for (1 for itself alone). */
  readonly count: number
}
