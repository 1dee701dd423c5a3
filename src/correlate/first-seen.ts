/** A value that is new: one that events of the same key have not had for a long time. What is known may be saved, and goes on after a restart. */
import type { Event } from '../events/event.ts'
import type { CompiledCorrelation } from '../lang/correlation.ts'
import type { KeyedStates } from './keyed-states.ts'
import { type Machine, type MachineOptions, shortened } from './machine.ts'

type FirstSeenForm = Extract<CompiledCorrelation, { kind: 'first_seen' }>

/** What is known of one key. */
export interface KnownValues {
  /** When the key itself was first seen, ns since 1970. */
  readonly firstNs: number
  /** By value, when it was last seen; the longest ago first. */
  readonly values: Map<string, number>
}

/** One key as it is saved: name, when it was first and last seen, its values with their times. Times in whole ms since 1970. */
export type SavedKey = readonly [
  key: string,
  firstMs: number,
  lastMs: number,
  values: readonly (readonly [value: string, lastMs: number])[],
]

export interface FirstSeenMachine extends Machine {
  readonly save: () => readonly SavedKey[]
}

/** Of one key; of more, those seen longest ago are forgotten. */
const MAX_VALUES = 1000
const MS = 1e6

export function createFirstSeen<T>(
  form: FirstSeenForm,
  options: MachineOptions<T> & { readonly saved: readonly SavedKey[]; readonly onForget: () => void },
  states: KeyedStates<KnownValues>,
): FirstSeenMachine {
  const { rule, make, emit, saved, onForget } = options
  const { key: keyOf, value: readValue, withinNs, learningNs } = form
  for (const [key, firstMs, lastMs, values] of saved) {
    const known = { firstNs: firstMs * MS, values: new Map(values.map(([value, ms]) => [value, ms * MS])) }
    states.put(key, known, lastMs * MS, sizeOf(known))
  }

  function push(event: Event): void {
    const { timeNs } = event
    const key = keyOf(event)
    const given = readValue(event)
    if (key === undefined || given === undefined) return
    const value = shortened(given)
    const known = states.get(key) ?? { firstNs: timeNs, values: new Map<string, number>() }
    const lastNs = known.values.get(value)
    known.values.delete(value)
    known.values.set(value, Math.max(timeNs, lastNs ?? 0))
    forget(known, timeNs)
    states.put(key, known, timeNs, sizeOf(known))
    const isNew = lastNs === undefined || timeNs - lastNs > withinNs
    if (isNew && timeNs - known.firstNs >= learningNs) emit({ rule, made: make(rule, event), timeNs, eventIds: [event.id] })
  }

  function forget({ values }: KnownValues, nowNs: number): void {
    for (const [value, lastNs] of values) {
      if (lastNs >= nowNs - withinNs && values.size <= MAX_VALUES) return
      if (lastNs >= nowNs - withinNs) onForget()
      values.delete(value)
    }
  }

  function save(): readonly SavedKey[] {
    return [...states.values()].map(([key, { firstNs, values }]) => {
      const saved = [...values].map(([value, lastNs]) => [value, Math.floor(lastNs / MS)] as const)
      const lastMs = Math.max(Math.floor(firstNs / MS), ...saved.map(([, ms]) => ms))
      return [key, Math.floor(firstNs / MS), lastMs, saved]
    })
  }

  return Object.freeze({
    push,
    advance: (nowNs: number) => states.expire(nowNs - withinNs),
    keys: states.count,
    close: states.close,
    save,
  })
}

const sizeOf = ({ values }: KnownValues): number => 2 + values.size
