/** The kernel sensor and the process tree together: events of this host, each with its process, as they happen. */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { createEnricher, type EnricherCounters } from '../enrich/enrich.ts'
import type { HostReader } from '../enrich/host-reader.ts'
import { createLiveHost } from '../enrich/live-host.ts'
import type { AnyKernelEvent } from '../events/event.ts'
import type { KindName } from '../events/kinds.ts'
import type { Batch } from '../events/raw-record.ts'
import type { HeaderRecord } from '../events/records.gen.ts'
import { eachRecord, newTally, type ReadTally } from '../sources/each-record.ts'
import { type Hook, type KernelSource, openKernelSource } from '../sources/ebpf.ts'
import { type Faults, guard } from './faults.ts'

export interface LiveEventsOptions {
  readonly kinds: ReadonlySet<KindName>
  readonly ringBytes: number | undefined
  readonly compat: boolean
  /** Full paths that rules name: their files are known by inode too. */
  readonly namedFiles?: Iterable<string>
  /** The event and its record are valid only during the call. What it throws is counted and the next event follows. */
  readonly onEvent: (event: AnyKernelEvent) => void
  /** Stands between the process tree and the host, for a recorder that keeps the answers. */
  readonly throughHost?: (host: HostReader) => HostReader
  /** Called with the raw records before they are read; copy what must outlive the call. */
  readonly onRaw?: (what: 'snapshot' | 'events', batch: Batch) => void
}

export interface LiveEvents {
  readonly hooks: readonly Hook[]
  readonly hostname: string
  /** ns since 1970 of the ns since boot 0. */
  readonly bootEpochNs: number
  readonly bootId: string
  /** Now on the clock of the events, ns since 1970. */
  readonly nowNs: () => number
  readonly counters: KernelSource['counters']
  readonly enriched: () => EnricherCounters
  readonly read: () => ReadTally
  /** What `onEvent` threw. */
  readonly faults: Faults
  /** Resolves when the arguments of the processes in the snapshot have been read, or after `timeoutMs`. */
  readonly settled: (timeoutMs: number) => Promise<void>
  /** Takes for ended what went without an exit record; call it now and then. */
  readonly sweep: () => void
  /** Resolves when everything that happened before has been handed over and the hooks are gone. */
  readonly stop: () => Promise<void>
}

/** Attaches the hooks, then takes the snapshot of processes, then lets events in: nothing falls between. Throws AppError SENSOR_*. */
export function openLiveEvents({ kinds, ringBytes, compat, namedFiles = [], onEvent, throughHost, onRaw }: LiveEventsOptions): LiveEvents {
  const tally = newTally()
  const { guarded, faults } = guard(onEvent)
  const pending = countPending(createLiveHost())
  const bootId = readBootId()
  const source = openKernelSource({ kinds, compat, onBatch, ...(ringBytes === undefined ? {} : { ringBytes: powerOfTwo(ringBytes) }) })
  const host = throughHost?.(pending.host) ?? pending.host
  const enricher = createEnricher({ host, bootTimeNs: source.bootEpochNs, bootId, namedFiles })
  const snapshot = source.snapshot()
  onRaw?.('snapshot', snapshot)
  enricher.observeSnapshot(recordsOf(snapshot))

  function onBatch(batch: Batch): void {
    onRaw?.('events', batch)
    eachRecord(batch, onRecord, tally)
  }

  function onRecord(record: HeaderRecord): void {
    guarded(enricher.enrich(record))
  }

  return Object.freeze({
    hooks: source.hooks,
    hostname: host.hostname,
    bootEpochNs: source.bootEpochNs,
    bootId,
    nowNs: () => Date.now() * 1e6,
    counters: source.counters,
    enriched: enricher.counters,
    read: () => tally,
    faults,
    settled: pending.settled,
    sweep: () => enricher.sweep(Date.now() * 1e6 - source.bootEpochNs),
    stop: source.stop,
  })
}

/** Counts the readings of arguments that have not come back: they are read on other threads. */
function countPending(host: HostReader) {
  let pending = 0
  const args: HostReader['arguments'] = (pid, done) => {
    pending++
    host.arguments(pid, (facts) => {
      pending--
      done(facts)
    })
  }
  const settled = async (timeoutMs: number): Promise<void> => {
    for (const end = performance.now() + timeoutMs; pending > 0 && performance.now() < end; ) await sleep(SETTLE_STEP_MS)
  }
  return { host: { ...host, arguments: args }, settled }
}

const SETTLE_STEP_MS = 5

/** All records of a batch at once: for a snapshot. */
export function recordsOf(batch: Batch): readonly HeaderRecord[] {
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
