/** What the state machines of rules about several events have in common. */
import { createHash } from 'node:crypto'
import type { Event } from '../events/event.ts'
import type { CompiledRule } from '../lang/compile-rule.ts'

/** Events of different processors may come in the wrong order when they are no further apart than this; their times are right. */
export const SLACK_NS = 10e6

/** Event ids kept of what came to a finding: enough to look up examples. */
export const MAX_EVENT_IDS = 16

/** A value as it is remembered: long ones as their hash. */
export function shortened(value: string): string {
  return value.length > MAX_VALUE ? createHash('sha256').update(value).digest('base64') : value
}

const MAX_VALUE = 64

/** What a rule asked for has happened. `T`: what was made of an event. */
export interface Completion<T> {
  readonly rule: CompiledRule
  /** Made of the last event; of an absence, of the event that nothing followed. */
  readonly made: T
  /** ns since 1970: of the last event, or the end of the time in which nothing came. */
  readonly timeNs: number
  /** Of the events, the first ones first. */
  readonly eventIds: readonly string[]
}

export interface MachineOptions<T> {
  readonly rule: CompiledRule
  /** Reads out of the event what is needed later: the event does not outlive the call. */
  readonly make: (rule: CompiledRule, event: Event) => T
  readonly emit: (done: Completion<T>) => void
}

/** One rule's state for all its keys. */
export interface Machine {
  /** Takes an event for which the rule's condition holds. */
  readonly push: (event: Event) => void
  /** Event time has come so far (ns since 1970): what waited for it is told, what is too old is forgotten. */
  readonly advance: (nowNs: number) => void
  /** Keys that something is remembered of. */
  readonly keys: () => number
  /** Forgets everything, for good. */
  readonly close: () => void
}

/** The memory that all machines share. */
export interface Room {
  /** Adds a store whose oldest key may be forgotten for want of room; returns how to take it out again. */
  readonly join: (store: Store) => () => void
  /** Takes (or, negative, gives back) memory, in about 100 bytes; while there is too little, the fullest store loses keys. */
  readonly take: (size: number) => void
}

export interface Store {
  readonly used: () => number
  /** Forgets its oldest key. */
  readonly evict: () => void
}
