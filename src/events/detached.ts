/** Events that are kept longer than their batch. */
import type { AnyKernelEvent, Event } from './event.ts'
import { oncePerEvent } from './field-readers/once-per-event.ts'
import { type Batch, batchOf } from './raw-record.ts'
import type { HeaderRecord } from './records.gen.ts'

/** Copies stand one behind another in chunks of this many bytes; while one of them is kept, its chunk is. */
const CHUNK_BYTES = 64 << 10

let chunk = batchOf(Buffer.alloc(0))
let used = 0

/** The event with a copy of its record. What it says of its process goes on being what that process is, not what it was. */
export function detached(event: Event): Event {
  return event.kind === 'flat' ? event : copyOf(event)
}

/**
 * Several rules may want to keep one event. A copy of its own fields, for an object that others are made after (Object.create(event)) gets a shape of
 * its own, and whoever reads events after it is slow.
 */
const copyOf = oncePerEvent(
  (event): Event =>
    Object.assign(Object.create(Object.getPrototypeOf(event) as object), event, { record: recordCopy(event.record) }) as Event,
)

function recordCopy(record: AnyKernelEvent['record']): HeaderRecord {
  const { batch, at, size } = record
  const Kept = record.constructor as new (batch: Batch, at: number) => HeaderRecord
  if (used + size > chunk.bytes.length) {
    chunk = batchOf(Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, size)))
    used = 0
  }
  const start = used
  batch.bytes.copy(chunk.bytes, start, at, at + size)
  used += (size + 7) & ~7
  return new Kept(chunk, start)
}
