/** The form of an action. One definition per file in actions/, listed in actions.ts. */
import type { z } from 'zod'
import type { ActionReach } from '../findings/action-record.ts'
import type { Log } from '../lib/log.ts'
import type { GivenEvidence } from './evidence/section.ts'
import type { Native } from './native.ts'
import type { ActionSubject } from './subject.ts'

/** The part of a subject without which an action cannot be done. */
export type SubjectPart = 'process' | 'container' | 'file' | 'address' | 'none'

/** One action and its proof. A capture of evidence is the longest. */
export const ACTION_TIMEOUT_MS = 120_000

/** What an action needs of the host. Given as values, so that a test gives its own. */
export interface ActionContext {
  readonly native: Native
  /** Where `/proc` and the cgroup v2 hierarchy are mounted. */
  readonly proc: string
  readonly cgroups: string
  /** The folder of what outlives a run: quarantined files, evidence, keys. Of root alone. */
  readonly state: string
  /** ns since 1970. */
  readonly nowNs: () => number
  readonly log: Log
  /**
   * Processes that descend from this one, also where those between have ended, as far as the agent saw them fork; the process itself need not live.
   * Undefined where nobody keeps a table of processes: then only parents that live tell.
   */
  readonly descendants?: (pid: number, startNs: number) => readonly { readonly pid: number; readonly startNs: number }[]
  /** What the agent hands in with evidence: its version, and what it knows of a subject (recent events, findings, rule versions). */
  readonly evidence?: { readonly version: string; readonly given: (subject: ActionSubject) => readonly GivenEvidence[] }
  /**
   * How what is about to be done can be taken back, written down before it is done: should the agent be killed in the midst of it, the next one does so. The last
   * word counts. Undefined where nobody writes it down.
   */
  readonly note?: (undo: UndoState) => void
  /** Aborts when the time of the action is over. */
  readonly signal: AbortSignal
}

/** What is needed to take an action back, also by a later run of the agent: plain JSON. */
export type UndoState = Readonly<Record<string, string | number | boolean | null | readonly string[]>>

export interface Done {
  /** In words: `5 processes got SIGKILL`. */
  readonly summary: string
  /** Facts for machines. */
  readonly detail: Readonly<Record<string, string | number | boolean | null>>
  /** Undefined: there is nothing to take back. */
  readonly undo: UndoState | undefined
}

export interface Verification {
  readonly verified: boolean
  /** What was looked at and seen: `no process of the tree runs`. */
  readonly summary: string
  /** What it was done to is not there any more: an agent that starts anew would do it again to something else. */
  readonly isLost?: true
}

export interface ActionExample {
  readonly doc: string
  /** As under `with` in a response policy. */
  readonly with: Readonly<Record<string, unknown>>
}

export interface ActionDefinition<S extends z.ZodObject = z.ZodObject> {
  /** `kill-tree`. */
  readonly name: string
  /** One or two sentences for the reference. */
  readonly doc: string
  readonly needs: SubjectPart
  /** The settings under `with`; each has a `describe`. */
  readonly schema: S
  /** Settings that name files, sockets and servers to trust. Who asks for an action by hand cannot choose them: only response files do. */
  readonly places?: readonly (keyof z.infer<S> & string)[]
  readonly examples: readonly ActionExample[]
  /** Whom it would touch, looked up now; changes nothing. The guard refuses by this. */
  readonly reach: (
    subject: ActionSubject,
    config: z.infer<S>,
    context: ActionContext,
  ) => Promise<ActionReach & { readonly pids: readonly number[] }>
  /**
   * What is done to the process of the subject alone where the whole would be too many processes: the name of an action, maybe its own, with its settings. Undefined
   * where nothing narrower would do.
   */
  readonly alone?: (config: z.infer<S>) => AloneAction | undefined
  /** Does it. Throws AppError ACTION_FAILED with a reason for people, ACTION_GONE where what it is about has ended by itself. */
  readonly run: (subject: ActionSubject, config: z.infer<S>, context: ActionContext) => Promise<Done>
  /** Looks whether it worked, from the outside: never by what `run` believes. */
  readonly verify: (subject: ActionSubject, config: z.infer<S>, done: Done, context: ActionContext) => Promise<Verification>
  /** Where an agent was killed in the midst of it, the next one does it once more. Undefined: that is told, and nothing is done. */
  readonly repeatable?: true
  /** Takes it back. Undefined for what cannot be (a kill). Throws AppError ACTION_FAILED. */
  readonly undo: ((state: UndoState, context: ActionContext) => Promise<string>) | undefined
}

export interface AloneAction {
  readonly action: string
  readonly settings: Readonly<Record<string, unknown>>
}

/** A definition whose config type is hidden, so that all of them fit into one list. `config` is what `schema` gave. */
export interface AnyAction extends Omit<ActionDefinition, 'reach' | 'alone' | 'run' | 'verify' | 'places'> {
  readonly alone?: (config: never) => AloneAction | undefined
  readonly places?: readonly string[]
  readonly reach: (
    subject: ActionSubject,
    config: never,
    context: ActionContext,
  ) => Promise<ActionReach & { readonly pids: readonly number[] }>
  readonly run: (subject: ActionSubject, config: never, context: ActionContext) => Promise<Done>
  readonly verify: (subject: ActionSubject, config: never, done: Done, context: ActionContext) => Promise<Verification>
}

export function defineAction<S extends z.ZodObject>(definition: ActionDefinition<S>): AnyAction {
  return Object.freeze(definition) as unknown as AnyAction
}
