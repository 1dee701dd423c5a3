/** The one envelope that every source fills and every station reads. Immutable, but for `process`, which enrich sets once. */
import type { HostView } from './host-view.ts'
import type { KindName } from './kinds.ts'
import type { Process } from './process.ts'
import type { HeaderRecord, RecordByKind } from './records.gen.ts'

/** Where an event came from, in Falco's names for the `source` of a rule. */
export type SourceName = 'syscall' | 'k8s_audit' | 'aws_cloudtrail' | 'github' | 'internal'

interface EventBase {
  /** Names the event for ever on this host: `<boot>-<cpu>-<seq>` for the kernel's. */
  readonly id: string
  readonly source: SourceName
  /** `evt.type` in Falco's names (`openat`, `execve`…). */
  readonly type: string
  /** Number of the event since the start of this agent (`evt.num`). */
  readonly number: number
  /** When it happened, ns since 1970 as a float (µs precision). */
  readonly timeNs: number
}

/** An event of the kernel sensor. `record` is valid while its batch is: copy what must outlive the call. */
export interface KernelEvent<K extends KindName = KindName> extends EventBase {
  readonly source: 'syscall'
  readonly kind: K
  readonly record: RecordByKind[K] & HeaderRecord
  /** The process that did it, as it was then. Undefined only before enrich ran. */
  process: Process | undefined
  /** What the agent knows of the host beside this event: other processes, names of addresses, the time of boot. */
  readonly host: HostView
}

/** Distributes over the kinds, so that `event.kind === 'file.open'` narrows `event.record`. */
export type AnyKernelEvent = { [K in KindName]: KernelEvent<K> }[KindName]

/** An event given as flat fields: `rules eval`, tests of rules, sources that have no records of their own. */
export interface FlatEvent extends EventBase {
  readonly kind: 'flat'
  readonly values: Readonly<Record<string, unknown>>
}

export type Event = AnyKernelEvent | FlatEvent
