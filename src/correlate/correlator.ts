/**
 * Events for which rules about several events hold, to what those rules ask for. It runs on event time, so that a replay finds what the
 * live run found.
 */
import type { Event } from '../events/event.ts'
import { printOperand } from '../lang/ast.ts'
import type { CompiledRule } from '../lang/compile-rule.ts'
import { keyFieldsOf } from '../lang/correlation.ts'
import { meaningOf } from '../lang/meaning.ts'
import { createFirstSeen, type FirstSeenMachine, type SavedKey } from './first-seen.ts'
import { createKeyedStates } from './keyed-states.ts'
import type { Completion, Machine } from './machine.ts'
import { createRoom } from './room.ts'
import { createSequence } from './sequence.ts'
import { createThreshold } from './threshold.ts'

export interface CorrelatorOptions<T> {
  /** Reads out of the event what is needed later: the event does not outlive the call. */
  readonly make: (rule: CompiledRule, event: Event) => T
  readonly emit: (done: Completion<T>) => void
  /** Of one rule. */
  readonly maxKeys?: number
  /** Of all rules, in about 100 bytes. */
  readonly maxUsed?: number
  readonly saved?: SavedState
}

/** What rules with `first_seen` know, by their names; rules whose key or value is another one begin anew. */
export type SavedState = ReadonlyMap<string, Saved>

interface Saved {
  /** The fields that keys and values are of. */
  readonly form: string
  readonly keys: readonly SavedKey[]
}

export interface CorrelationStats {
  /** Keys that something is remembered of, of all rules. */
  readonly keys: number
  /** Keys that were forgotten for want of room, by rule: what they would have come to is not found. */
  readonly evicted: ReadonlyMap<string, number>
}

export interface Correlator {
  /** Takes an event for which the rule's condition holds; the rule must have a `correlation`. */
  readonly push: (rule: CompiledRule, event: Event) => void
  /** Event time has come so far (ns since 1970); Infinity tells everything that waits. */
  readonly advance: (nowNs: number) => void
  readonly stats: () => CorrelationStats
  /** What is to go on after a restart. */
  readonly save: () => SavedState
}

const MAX_KEYS = 10_000
/** 40 MB or so. */
const MAX_USED = 400_000

interface Running {
  readonly rule: CompiledRule
  /** Rules with the same one go on with each other's state. */
  readonly form: string
  readonly machine: Machine | FirstSeenMachine
}

export function createCorrelator<T>(given: CorrelatorOptions<T>): Correlator {
  const { make, emit, maxKeys = MAX_KEYS, maxUsed = MAX_USED, saved = new Map() } = given
  const room = createRoom(maxUsed)
  const byName = new Map<string, Running>()
  const evicted = new Map<string, number>()

  function machineOf(rule: CompiledRule): Machine {
    const { name } = rule.rule
    const known = byName.get(name)
    if (known?.rule === rule) return known.machine
    const form = formOf(rule)
    // Rules that were loaded anew and say the same go on where they were.
    if (known?.form === form) {
      byName.set(name, { ...known, rule })
      return known.machine
    }
    const before = known === undefined ? saved.get(name) : savedOf(known)
    known?.machine.close()
    const machine = startMachine(rule, before)
    byName.set(name, { rule, form, machine })
    return machine
  }

  function startMachine(rule: CompiledRule, before: Saved | undefined): Machine | FirstSeenMachine {
    const { correlation } = rule
    if (correlation === undefined) throw new Error(`${rule.rule.name} asks for single events`)
    const { name } = rule.rule
    const onEvict = (): void => void evicted.set(name, (evicted.get(name) ?? 0) + 1)
    const states = { room, maxKeys, onEvict }
    const options = { rule, make, emit }
    switch (correlation.kind) {
      case 'sequence':
        return createSequence(correlation, options, createKeyedStates(states))
      case 'threshold':
        return createThreshold(correlation, options, createKeyedStates(states))
      case 'first_seen': {
        const known = before?.form === savedForm(rule) ? before.keys : []
        return createFirstSeen(correlation, { ...options, saved: known, onForget: onEvict }, createKeyedStates(states))
      }
      default:
        return correlation satisfies never
    }
  }

  /** Rules that have had no event yet know what they knew. */
  function save(): SavedState {
    const now = [...byName].flatMap(([name, running]) => {
      const known = savedOf(running)
      return known === undefined ? [] : [[name, known] as const]
    })
    return new Map([...[...saved].filter(([name]) => !byName.has(name)), ...now])
  }

  return Object.freeze({
    push: (rule: CompiledRule, event: Event) => machineOf(rule).push(event),
    advance: (nowNs: number) => {
      for (const { machine } of byName.values()) machine.advance(nowNs)
    },
    stats: () => ({
      keys: [...byName.values()].reduce((sum, { machine }) => sum + machine.keys(), 0),
      evicted: new Map(evicted),
    }),
    save,
  })
}

const savedOf = ({ rule, machine }: Running): Saved | undefined =>
  'save' in machine ? { form: savedForm(rule), keys: machine.save() } : undefined

/** The fields that its keys and values are of. */
function savedForm({ rule: { correlation } }: CompiledRule): string {
  return correlation === undefined ? '' : keyFieldsOf(correlation).map(printOperand).join(' ')
}

const formOf = ({ rule }: CompiledRule): string => `${rule.priority}\0${rule.output}\0${meaningOf(rule)}`
