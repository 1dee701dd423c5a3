/**
 * The agent's side of prevention: packs the decisions for the helper, hears what it asks and tells, and answers. Nobody who opens or runs a file ever
 * waits for this process longer than the deadline, which the helper keeps.
 */
import { constants } from 'node:os'
import type { Decisions } from '../../events/prevention.ts'
import { type Candidate, type FileAnswer, type Outcome, readMessage } from './messages.ts'
import type { PreventNative } from './native.ts'
import { type FileOrder, packOrder } from './orders.ts'
import { packTable, type TableSettings } from './table.ts'

/** In the order of `enum prevent_counter`. All only grow. */
const COUNTERS = [
  'events',
  'table',
  'remembered',
  'cached',
  'asked',
  'denied',
  'wouldDeny',
  'timedOut',
  'failedOpen',
  'exempt',
  'untold',
  'blocked',
  'digested',
  'leased',
] as const

/**
 * `events`: opens and execs that the kernel asked about; `table`: answered natively; `remembered`: files of which the kernel was told to ask no more
 * for a second; `asked`: answered by JavaScript, `cached`: as it had answered before; `timedOut`: it did not in time; `failedOpen`: the process could not be
 * read, or there was no room to ask; `exempt`: of the agent or a protected process; `untold`: the agent was too slow to hear of;
 * `blocked`: of those denied, because the file is a blocked one; `digested`: files that were read, being as large as a blocked one;
 * `leased`: denied by the kernel, since the owner of a lease on the file had not given it up yet.
 */
export type PreventionCounters = Readonly<Record<(typeof COUNTERS)[number], number>>

export interface Answer {
  readonly deny: boolean
  /** It holds for this process and file for a second. */
  readonly keep: boolean
}

export interface PreventionListener {
  /** `answer` does nothing once the deadline is over, or where nobody waits. */
  readonly onAsk: (candidate: Candidate, answer: (answer: Answer, onDone: (applied: boolean) => void) => void, waits: boolean) => void
  readonly onTold: (outcome: Outcome, rule: number | undefined, candidate: Candidate) => void
  /** By `id` a blocked file, or one with its content, was denied. */
  readonly onBlocked: (id: number, candidate: Candidate) => void
  readonly onFile: (answer: FileAnswer) => void
  /** The table is in force when errno is 0. */
  readonly onReady: (ready: { readonly errno: number; readonly watched: number; readonly refused: number }) => void
  readonly onMount: (path: string, errno: number) => void
  /** The helper is gone, and everybody who waited has gone on. */
  readonly onEnded: () => void
}

export interface PreventionLink {
  /** Puts the decisions in force. Returns 0 or an errno; RangeError where they are too many. */
  readonly use: (decisions: Decisions, settings: TableSettings) => number
  /** An answer comes. The descriptor stays the caller's. Returns 0 or an errno. */
  readonly order: (order: FileOrder, fd: number | undefined) => number
  readonly counters: () => PreventionCounters
  readonly pid: number
  /** May be called again. */
  readonly stop: () => void
}

/** Answers whose outcome is still to come. Of the oldest beyond it was lost on the way, which the helper counts (`untold`). */
const MAX_OPEN = 1024

/** Starts the helper. Throws with the errno in words when it cannot be. */
export function openPrevention(native: PreventNative, helper: string, listener: PreventionListener): PreventionLink {
  const open = new Map<number, (applied: boolean) => void>()
  const handle = native.preventStart(helper, (bytes) => (bytes === null ? ended() : heard(bytes)))
  const pid = native.preventPid(handle)
  let last: PreventionCounters | undefined

  function heard(bytes: Buffer): void {
    const message = readMessage(bytes)
    switch (message?.kind) {
      case 'ask':
        listener.onAsk(message.candidate, (answer, onDone) => reply(message.id, answer, onDone), message.id !== 0)
        break
      case 'told':
        listener.onTold(message.outcome, message.rule, message.candidate)
        break
      case 'blocked':
        listener.onBlocked(message.id, message.candidate)
        break
      case 'file':
        listener.onFile(message)
        break
      case 'done': {
        const onDone = open.get(message.id)
        open.delete(message.id)
        onDone?.(message.applied)
        break
      }
      case 'ready':
        listener.onReady(message)
        break
      case 'mount':
        listener.onMount(message.path, message.errno)
        break
      default:
        break
    }
  }

  function reply(id: number, { deny, keep }: Answer, onDone: (applied: boolean) => void): void {
    if (id === 0 || last !== undefined) return
    if (deny) {
      open.delete(id)
      open.set(id, onDone)
      const [oldest] = open.keys()
      if (open.size > MAX_OPEN && oldest !== undefined) open.delete(oldest)
    }
    native.preventAnswer(handle, id, deny, keep)
  }

  function counters(): PreventionCounters {
    if (last !== undefined) return last
    const values = native.preventCounters(handle)
    return Object.fromEntries(COUNTERS.map((name, index) => [name, values[index] ?? 0])) as PreventionCounters
  }

  function stop(): void {
    if (last !== undefined) return
    last = counters()
    native.preventStop(handle)
  }

  function ended(): void {
    if (last !== undefined) return
    stop()
    listener.onEnded()
  }

  return Object.freeze({
    use: (decisions, settings) => native.preventUse(handle, packTable(decisions, settings)),
    order: (order, fd) => (last === undefined ? native.preventOrder(handle, packOrder(order), fd ?? -1) : constants.errno.ESRCH),
    counters,
    pid,
    stop,
  } satisfies PreventionLink)
}
