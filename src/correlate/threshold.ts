/** Many events, or many different values, of one key within a sliding time. Told once, then counted from nothing again. */
import type { Event } from '../events/event.ts'
import type { CompiledCorrelation } from '../lang/correlation.ts'
import type { KeyedStates } from './keyed-states.ts'
import { MAX_EVENT_IDS, type Machine, type MachineOptions, SLACK_NS, shortened } from './machine.ts'

type ThresholdForm = Extract<CompiledCorrelation, { kind: 'threshold' }>

interface State {
  /** Of the events, sorted; at most as many as the rule counts to. Where values are counted, of each value the last time. */
  readonly times: number[]
  readonly values: Map<string, number>
  readonly eventIds: string[]
}

export function createThreshold<T>(form: ThresholdForm, options: MachineOptions<T>, states: KeyedStates<State>): Machine {
  const { rule, make, emit } = options
  const { key: keyOf, distinct, count, withinNs } = form

  function push(event: Event): void {
    const key = keyOf(event)
    const value = distinct?.(event)
    if (key === undefined || (distinct !== undefined && value === undefined)) return
    const state: State = states.get(key) ?? { times: [], values: new Map(), eventIds: [] }
    if (state.eventIds.length === MAX_EVENT_IDS) state.eventIds.shift()
    state.eventIds.push(event.id)
    const full = value === undefined ? addTimes(state, event) : addValue(state, value, event.timeNs)
    if (!full) {
      states.put(key, state, event.timeNs, sizeOf(state))
      return
    }
    states.delete(key)
    emit({ rule, made: make(rule, event), timeNs: event.timeNs, eventIds: state.eventIds })
  }

  /** The kernel side counts equal events into the next that it sends: it stands for those, too. */
  function addTimes({ times }: State, event: Event): boolean {
    const repeats = event.kind === 'flat' ? 0 : event.record.repeat
    let at = times.length
    while (at > 0 && (times[at - 1] as number) > event.timeNs) at--
    for (let added = 0; added <= repeats && added < count; added++) times.splice(at++, 0, event.timeNs)
    // The window may end at this event or, when it came late, at one after it.
    for (let end = at - 1; end < times.length; end++) {
      const first = times[end - count + 1]
      if (first !== undefined && (times[end] as number) - first <= withinNs) return true
    }
    const tooOld = (times.at(-1) as number) - withinNs - SLACK_NS
    while (times.length >= count || (times[0] as number) < tooOld) times.shift()
    return false
  }

  /** Values that were seen longest ago stand first. */
  function addValue({ values }: State, given: string, timeNs: number): boolean {
    const value = shortened(given)
    values.delete(value)
    values.set(value, timeNs)
    for (const [old, lastNs] of values) {
      if (lastNs >= timeNs - withinNs) break
      values.delete(old)
    }
    return values.size >= count
  }

  return Object.freeze({
    push,
    advance: (nowNs: number) => states.expire(nowNs - withinNs - 2 * SLACK_NS),
    keys: states.count,
    close: states.close,
  })
}

const sizeOf = ({ times, values, eventIds }: State): number =>
  3 + Math.ceil(times.length / 12) + values.size + Math.ceil(eventIds.length / 2)
