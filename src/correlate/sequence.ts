/**
 * Steps in their order, for one key within a time. For each key and step only the attempt that began last is remembered: every
 * event that would complete an older one in time completes it too.
 */
import { detached } from '../events/detached.ts'
import type { Event } from '../events/event.ts'
import type { CompiledCorrelation, CompiledStep } from '../lang/correlation.ts'
import type { KeyedStates } from './keyed-states.ts'
import { type Machine, type MachineOptions, SLACK_NS } from './machine.ts'

type SequenceForm = Extract<CompiledCorrelation, { kind: 'sequence' }>

/** Has come up to some step. */
interface Attempt {
  readonly startNs: number
  readonly lastNs: number
  readonly eventIds: readonly string[]
}

/** Is complete, unless the absent step follows. */
interface Pending<T> extends Attempt {
  readonly made: T
}

interface State<T> {
  /** By the step reached. */
  readonly reached: (Attempt | undefined)[]
  pending: Pending<T> | undefined
}

/** An event whose step before has not come: that may be on its way still. */
interface Early {
  readonly step: number
  readonly key: string
  readonly timeNs: number
  /** A copy that outlives its batch. Most early events come to nothing: a finding made of each would cost more than all else here. */
  readonly event: Event
}

/** Of early events at most so many are remembered. */
const MAX_EARLY = 64
/** What a finding that waits takes, in the unit of the room. */
const PENDING_SIZE = 20

export function createSequence<T>(form: SequenceForm, options: MachineOptions<T>, states: KeyedStates<State<T>>): Machine {
  const { rule, make, emit } = options
  const { steps, absent, until, withinNs } = form
  const last = steps.length - 1
  const early: Early[] = []
  let nextDeadlineNs = Number.POSITIVE_INFINITY

  function push(event: Event): void {
    const key = keyOf(until, event)
    if (key !== undefined) breakOff(key, event.timeNs)
    const absentKey = keyOf(absent, event)
    if (absentKey !== undefined) follow(absentKey, event)
    // From the last to the first, so that no event is two steps of one attempt.
    for (let step = last; step >= 0; step--) {
      const found = keyOf(steps[step], event)
      // What ends a sequence begins no other.
      if (found !== undefined && take(step, found, event)) return
    }
  }

  function breakOff(key: string, timeNs: number): void {
    const state = states.get(key)
    if (state === undefined) return
    fireIfDue(key, state, timeNs)
    states.delete(key)
  }

  function follow(key: string, event: Event): void {
    const pending = states.get(key)?.pending
    if (pending === undefined || pending.lastNs > event.timeNs) remember(last + 1, key, event)
    else if (event.timeNs - pending.startNs <= withinNs) states.delete(key)
  }

  /** True when the event was the last step. */
  function take(step: number, key: string, event: Event): boolean {
    const state = states.get(key)
    if (state !== undefined && state.pending !== undefined && !fireIfDue(key, state, event.timeNs)) return false
    if (step === 0) return reach(0, key, { startNs: event.timeNs, lastNs: event.timeNs, eventIds: [event.id] }, event)
    const before = states.get(key)?.reached[step - 1]
    const fits = before !== undefined && before.lastNs <= event.timeNs && event.timeNs - before.startNs <= withinNs
    if (fits) return reach(step, key, extended(before, event), event)
    remember(step, key, event)
    return false
  }

  /** `event`: the one that came to the step. */
  function reach(step: number, key: string, attempt: Attempt, event: Event): boolean {
    if (step === last) {
      complete(key, { ...attempt, made: make(rule, event) })
      return true
    }
    const state = states.get(key) ?? { reached: [], pending: undefined }
    const known = state.reached[step]
    if (known === undefined || known.startNs <= attempt.startNs) state.reached[step] = attempt
    states.put(key, state, attempt.lastNs, 1 + steps.length)
    const next = earlyOne(step + 1, key, attempt)?.event
    return next !== undefined && reach(step + 1, key, extended(attempt, next), next)
  }

  function complete(key: string, pending: Pending<T>): void {
    states.delete(key)
    if (absent === undefined) {
      emit({ rule, made: pending.made, timeNs: pending.lastNs, eventIds: pending.eventIds })
      return
    }
    if (earlyOne(last + 1, key, pending) !== undefined) return
    states.put(key, { reached: [], pending }, pending.lastNs, PENDING_SIZE)
    nextDeadlineNs = Math.min(nextDeadlineNs, pending.startNs + withinNs)
  }

  /** Tells an absence whose time is over at `nowNs`; true when it was. */
  function fireIfDue(key: string, { pending }: State<T>, nowNs: number): boolean {
    if (pending === undefined || nowNs <= pending.startNs + withinNs) return false
    states.delete(key)
    emit({ rule, made: pending.made, timeNs: pending.startNs + withinNs, eventIds: pending.eventIds })
    return true
  }

  function remember(step: number, key: string, event: Event): void {
    const { timeNs } = event
    while (early.length > 0 && (early[0] as Early).timeNs <= timeNs - SLACK_NS) early.shift()
    if (early.length < MAX_EARLY) early.push({ step, key, timeNs, event: detached(event) })
  }

  function earlyOne(step: number, key: string, { startNs, lastNs }: Attempt): Early | undefined {
    const fits = ({ timeNs }: Early): boolean => timeNs > lastNs && timeNs - lastNs <= SLACK_NS && timeNs - startNs <= withinNs
    const index = early.findIndex((one) => one.step === step && one.key === key && fits(one))
    return index < 0 ? undefined : early.splice(index, 1)[0]
  }

  function advance(nowNs: number): void {
    if (nowNs - SLACK_NS > nextDeadlineNs) {
      nextDeadlineNs = Number.POSITIVE_INFINITY
      for (const [key, state] of [...states.values()]) {
        if (fireIfDue(key, state, nowNs - SLACK_NS) || state.pending === undefined) continue
        nextDeadlineNs = Math.min(nextDeadlineNs, state.pending.startNs + withinNs)
      }
    }
    states.expire(nowNs - withinNs - 2 * SLACK_NS)
  }

  return Object.freeze({ push, advance, keys: states.count, close: states.close })
}

const extended = ({ startNs, eventIds }: Attempt, { timeNs, id }: Event): Attempt => ({
  startNs,
  lastNs: timeNs,
  eventIds: [...eventIds, id],
})

/** The key of an event that is this step; undefined for others. */
const keyOf = (step: CompiledStep | undefined, event: Event): string | undefined => (step?.matches(event) ? step.key(event) : undefined)
