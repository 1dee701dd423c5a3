/** Values that are read at most once per event, however many checks ask for them. */
import type { Event } from '../events/event.ts'
import type { FieldValue } from '../events/field.ts'

export type Getter = (event: Event) => FieldValue | undefined

/** Counts events. Who runs compiled checks moves it on before each event, so that what was read of the last one is known to be old. */
export interface Clock {
  event: number
}

export interface Cell {
  readonly clock: Clock
  readonly read: Getter
  /** The count at which `value` was read. */
  seen: number
  value: FieldValue | undefined
}

export const createCell = (clock: Clock, read: Getter): Cell => ({ clock, read, seen: -1, value: undefined })

/** The value for the present event. Small, so that it becomes part of each check that calls it (bench/evaluate.ts). */
export function load(cell: Cell, event: Event): FieldValue | undefined {
  return cell.seen === cell.clock.event ? cell.value : refresh(cell, event)
}

function refresh(cell: Cell, event: Event): FieldValue | undefined {
  const value = cell.read(event)
  cell.value = value
  cell.seen = cell.clock.event
  return value
}
