/** The envelope of one record. One shape for all kinds, so that what reads it stays fast. */
import type { AnyKernelEvent } from '../events/event.ts'
import type { HostView } from '../events/host-view.ts'
import { KINDS, type KindName } from '../events/kinds.ts'
import type { Process } from '../events/process.ts'
import { type HeaderRecord, TYPE_NAMES } from '../events/records.gen.ts'

const KIND_NAMES: readonly (KindName | undefined)[] = KINDS.reduce<(KindName | undefined)[]>((names, { id, name }) => {
  names[id] = name
  return names
}, [])

/** What all events of a run share. */
export interface EventContext {
  readonly host: HostView
  /** First 8 digits of the boot's id, so that ids of events differ between boots. */
  readonly boot: string
}

class RecordEvent {
  readonly kind: KindName
  readonly type: string
  readonly number: number
  readonly record: HeaderRecord
  readonly context: EventContext
  process: Process | undefined

  constructor(record: HeaderRecord, number: number, process: Process, context: EventContext) {
    this.kind = KIND_NAMES[record.kind] as KindName
    this.type = TYPE_NAMES[record.type] ?? 'unknown'
    this.number = number
    this.record = record
    this.context = context
    this.process = process
  }

  /** Computed when asked for: kept, it would be an object of its own for every event. */
  get timeNs(): number {
    return this.context.host.bootTimeNs + this.record.timeNs
  }
  get source(): 'syscall' {
    return 'syscall'
  }
  get host(): HostView {
    return this.context.host
  }
  /** Made when asked for: only findings carry it. */
  get id(): string {
    return `${this.context.boot}-${this.record.cpu}-${this.record.seq}`
  }
}

/** The record's class and `kind` come from one table each, by the same number: they agree by construction. */
export function kernelEvent(record: HeaderRecord, number: number, process: Process, context: EventContext): AnyKernelEvent {
  return new RecordEvent(record, number, process, context) as unknown as AnyKernelEvent
}
