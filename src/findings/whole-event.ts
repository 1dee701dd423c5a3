/** An event of history as rules see events: its fields, those of its process, and what both have in common. */
import type { HistoryEvent } from './history-event.ts'

/** Flat fields, as flat events are given. `fields`: those of the event and of its process. */
export function wholeFields({ id, hostname, timeNs, kind, type, fields }: HistoryEvent): Readonly<Record<string, unknown>> {
  return { ...fields, 'evt.id': id, 'evt.hostname': hostname, 'evt.rawtime': timeNs, 'evt.kind': kind, 'evt.type': type }
}
