/** Events that are kept longer than their batch. */
import type { AnyKernelEvent, Event } from './event.ts'
import { type Batch, batchOf } from './raw-record.ts'

/** The event with a copy of its record. What it says of its process goes on being what that process is, not what it was. */
export function detached(event: Event): Event {
  if (event.kind === 'flat') return event
  const { batch, at, size } = event.record
  const Kept = event.record.constructor as new (batch: Batch, at: number) => AnyKernelEvent['record']
  const bytes = Buffer.from(batch.bytes.subarray(at, at + size))
  return Object.create(event, { record: { value: new Kept(batchOf(bytes), 0), enumerable: true } }) as Event
}
