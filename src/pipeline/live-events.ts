/** The kernel sensor and the process tree together: events of this host, each with its process, as they happen. */
import { readFileSync } from 'node:fs'
import { createEnricher, type EnricherCounters } from '../enrich/enrich.ts'
import { createLiveHost } from '../enrich/live-host.ts'
import type { AnyKernelEvent } from '../events/event.ts'
import type { KindName } from '../events/kinds.ts'
import type { Batch } from '../events/raw-record.ts'
import type { HeaderRecord } from '../events/records.gen.ts'
import { eachRecord, newTally, type ReadTally } from '../sources/each-record.ts'
import { type Hook, type KernelSource, openKernelSource } from '../sources/ebpf.ts'

export interface LiveEventsOptions {
  readonly kinds: ReadonlySet<KindName>
  readonly ringBytes: number | undefined
  readonly compat: boolean
  /** The event and its record are valid only during the call. What it throws is counted and the next event follows. */
  readonly onEvent: (event: AnyKernelEvent) => void
}

export interface LiveEvents {
  readonly hooks: readonly Hook[]
  readonly hostname: string
  /** Now on the clock of the events, ns since 1970. */
  readonly nowNs: () => number
  readonly counters: KernelSource['counters']
  readonly enriched: () => EnricherCounters
  readonly read: () => ReadTally
  /** What `onEvent` threw: how often, and the last. */
  readonly faults: () => Faults
  /** Takes for ended what went without an exit record; call it now and then. */
  readonly sweep: () => void
  /** Resolves when everything that happened before has been handed over and the hooks are gone. */
  readonly stop: () => Promise<void>
}

export interface Faults {
  readonly count: number
  readonly last: unknown
}

/** Attaches the hooks, then takes the snapshot of processes, then lets events in: nothing falls between. Throws AppError SENSOR_*. */
export function openLiveEvents({ kinds, ringBytes, compat, onEvent }: LiveEventsOptions): LiveEvents {
  const tally = newTally()
  const faults: { count: number; last: unknown } = { count: 0, last: undefined }
  const host = createLiveHost()
  const source = openKernelSource({ kinds, compat, onBatch, ...(ringBytes === undefined ? {} : { ringBytes: powerOfTwo(ringBytes) }) })
  const enricher = createEnricher({ host, bootTimeNs: source.bootEpochNs, bootId: readBootId() })
  enricher.observeSnapshot(recordsOf(source.snapshot()))

  function onBatch(batch: Batch): void {
    eachRecord(batch, onRecord, tally)
  }

  function onRecord(record: HeaderRecord): void {
    const event = enricher.enrich(record)
    try {
      onEvent(event)
    } catch (error) {
      faults.count++
      faults.last = error
    }
  }

  return Object.freeze({
    hooks: source.hooks,
    hostname: host.hostname,
    nowNs: () => Date.now() * 1e6,
    counters: source.counters,
    enriched: enricher.counters,
    read: () => tally,
    faults: () => faults,
    sweep: () => enricher.sweep(Date.now() * 1e6 - source.bootEpochNs),
    stop: source.stop,
  })
}

function recordsOf(batch: Batch): readonly HeaderRecord[] {
  const records: HeaderRecord[] = []
  eachRecord(batch, (record) => records.push(record))
  return records
}

function readBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
}

/** Bounds of --ring. */
const SMALLEST_RING = 64 * 1024
const LARGEST_RING = 1024 * 1024 * 1024

/** What the kernel takes for a ring buffer. */
function powerOfTwo(bytes: number): number {
  const clamped = Math.min(Math.max(bytes, SMALLEST_RING), LARGEST_RING)
  return 2 ** Math.ceil(Math.log2(clamped))
}
