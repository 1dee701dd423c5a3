/** What was done about something, or would have been: from the wish to the proof that it worked. */

/** `dry-run` only writes down what it would do, `ask` waits for a person, `act` does it at once. */
export const ACTION_MODES = ['dry-run', 'ask', 'act'] as const
export type ActionMode = (typeof ACTION_MODES)[number]

/**
 * In this order, as far as it comes: planned (dry run, the end) or asked → denied or expired (the end), or refused by the guard (the end), or allowed →
 * executed, failed, or gone (what it was for had ended by itself) → verified or unverified → rolled-back, or rollback-failed.
 */
export const ACTION_PHASES = [
  'planned',
  'asked',
  'denied',
  'expired',
  'refused',
  'allowed',
  'executed',
  'failed',
  'gone',
  'verified',
  'unverified',
  'rolled-back',
  'rollback-failed',
] as const
export type ActionPhase = (typeof ACTION_PHASES)[number]

export interface ActionStep {
  readonly phase: ActionPhase
  readonly timeNs: number
  /** Why, or what was seen: words for people. May hold hostile bytes. */
  readonly detail: string
}

export interface ActionRecord {
  /** Unique; sorts by time. */
  readonly id: string
  /** ns since 1970, when it was wished for. */
  readonly timeNs: number
  readonly hostname: string
  /** `kill-tree`, `isolate-network`…: the name of an action in src/respond. */
  readonly action: string
  /** Whom it is about, in words: `process 4711 (bash)`, `container web`. May hold hostile bytes. */
  readonly target: string
  readonly mode: ActionMode
  /** That of the last step. */
  readonly phase: ActionPhase
  readonly steps: readonly ActionStep[]
  readonly findingId: string | undefined
  readonly incidentId: string | undefined
  /** Who wished for it, or said yes or no; undefined: a policy alone. */
  readonly userId: string | undefined
  /** The policy that led to it; undefined: a person. */
  readonly policy: string | undefined
  /** It can be taken back, and has not been. */
  readonly undoable: boolean
  /** When it is taken back by itself; undefined: never. */
  readonly expiresNs: number | undefined
  /** What it touched or would touch: at most `MAX_REACHED` names of each, and how many in all. */
  readonly reach: ActionReach
  /** Facts for machines: a path of an evidence bundle, bytes, counts. */
  readonly detail: Readonly<Record<string, string | number | boolean | null>>
}

export interface ActionReach {
  /** `4711 bash`. */
  readonly processes: readonly string[]
  readonly processCount: number
  readonly containers: readonly string[]
}

export const MAX_REACHED = 50
