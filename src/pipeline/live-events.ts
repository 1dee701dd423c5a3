/** The kernel sensor and the process tree together: events of this host, each with its process, as they happen. */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Verdicts } from '../detect/verdicts.ts'
import { createEnricher, type Enricher, type EnricherCounters } from '../enrich/enrich.ts'
import type { HostReader } from '../enrich/host-reader.ts'
import { createLiveHost } from '../enrich/live-host.ts'
import type { AnyKernelEvent } from '../events/event.ts'
import { HEADER_FLAGS } from '../events/header.ts'
import type { HostView } from '../events/host-view.ts'
import type { Interest } from '../events/interest.ts'
import type { KindName } from '../events/kinds.ts'
import type { Batch } from '../events/raw-record.ts'
import { EventRepeatRecord, type HeaderRecord } from '../events/records.gen.ts'
import type { Repeats } from '../findings/repeats.ts'
import { eachRecord, newTally, type ReadTally } from '../sources/each-record.ts'
import type { Hook } from '../sources/ebpf/attached.ts'
import { type KernelSource, openKernelSource } from '../sources/ebpf.ts'
import { type Faults, guard } from './faults.ts'
import { type FilterState, type KeptFilters, keepFilters } from './kernel-filters.ts'
import { createVerdictKeeper, type VerdictStats } from './verdicts.ts'

export interface LiveEventsOptions {
  readonly kinds: ReadonlySet<KindName>
  readonly ringBytes: number | undefined
  readonly compat: boolean
  /** Full paths that rules name: their files are known by inode too. */
  readonly namedFiles?: Iterable<string>
  /** What passes the kernel side's filters; everything without it. The files that rules name pass by any name. */
  readonly interest?: Interest | undefined
  /** For a new interest: what decides which of its terms a process rules out. Without it, no process is judged. */
  readonly verdictsOn?: (interest: Interest) => Verdicts
  /** Called whenever filters were set: at the start, for new rules, and when a file that a rule names has another inode. */
  readonly onFilters?: (state: FilterState, knobs: Pick<KernelSource, 'setUnfolded'>) => void
  /**
   * The event and its record are valid only during the call. What it throws is counted and the next event follows. A number that it
   * returns is how many rules matched, for the verdicts on processes.
   */
  readonly onEvent: (event: AnyKernelEvent) => unknown
  /** What the kernel side denied, or would have: it never happened, so it is no event. The record is valid only during the call. */
  readonly onDenial?: (record: HeaderRecord) => void
  /** What was folded into an event before and no other event has told. */
  readonly onRepeats?: (repeats: Repeats) => void
  /** Stands around the judging of each record, for measuring. */
  readonly aroundRecord?: (work: (record: HeaderRecord) => void) => (record: HeaderRecord) => void
  /** Stands between the process tree and the host, for a recorder that keeps the answers. */
  readonly throughHost?: (host: HostReader) => HostReader
  /** Called with the raw records before they are read; copy what must outlive the call. */
  readonly onRaw?: (what: 'snapshot' | 'events', batch: Batch) => void
}

export interface LiveEvents {
  /** Of the kinds that are watched now. */
  readonly hooks: readonly Hook[]
  readonly tracepointsBecause: KernelSource['tracepointsBecause']
  readonly hostname: string
  /** ns since 1970 of the ns since boot 0. */
  readonly bootEpochNs: number
  readonly bootId: string
  /** Now on the clock of the events, ns since 1970. */
  readonly nowNs: () => number
  readonly counters: KernelSource['counters']
  readonly knobs: Pick<
    KernelSource,
    'setFoldWindow' | 'setSampling' | 'setKernelKill' | 'denials' | 'measurePrograms' | 'programRuns' | 'skippedRuns'
  >
  readonly enriched: () => EnricherCounters
  readonly read: () => ReadTally
  /** What `onEvent` threw. */
  readonly faults: Faults
  /** What is known of the host, as its events see it. */
  readonly view: HostView
  /** The last process of that pid that ended, if that is not long ago. */
  readonly ended: Enricher['ended']
  /** Resolves when the arguments of the processes in the snapshot have been read, or after `timeoutMs`. */
  readonly settled: (timeoutMs: number) => Promise<void>
  readonly addKinds: KernelSource['addKinds']
  readonly keepKinds: KernelSource['keepKinds']
  /** From now on these are the files that rules name. */
  readonly nameFiles: (paths: Iterable<string>) => void
  /** From now on only what the interest wants is sent; the files that rules name pass by any name. */
  readonly useFilters: KeptFilters['use']
  /** Takes for ended what went without an exit record; call it now and then. */
  readonly sweep: () => void
  /** What was found out of processes; `judgeAnew` once a second. */
  readonly verdicts: () => VerdictStats
  readonly judgeAnew: () => void
  /** Resolves when everything that happened before the call has been handed over. */
  readonly flush: () => Promise<void>
  /** Resolves when everything that happened before has been handed over and the hooks are gone. */
  readonly stop: () => Promise<void>
}

/** Attaches the hooks, then takes the snapshot of processes, then lets events in: nothing falls between. Throws AppError SENSOR_*. */
export function openLiveEvents(options: LiveEventsOptions): LiveEvents {
  const {
    kinds,
    ringBytes,
    compat,
    namedFiles = [],
    interest,
    verdictsOn,
    onFilters,
    onEvent,
    onRepeats,
    aroundRecord,
    throughHost,
    onRaw,
  } = options
  const tally = newTally()
  const { guarded, faults } = guard(onJudged)
  const visit = aroundRecord?.(onRecord) ?? onRecord
  const pending = countPending(createLiveHost())
  const bootId = readBootId()
  const source = openKernelSource({ kinds, compat, onBatch, ...(ringBytes === undefined ? {} : { ringBytes: powerOfTwo(ringBytes) }) })
  const host = throughHost?.(pending.host) ?? pending.host
  const enricher = createEnricher({ host, bootTimeNs: source.bootEpochNs, bootId, namedFiles })
  const snapshot = source.snapshot()
  onRaw?.('snapshot', snapshot)
  enricher.observeSnapshot(recordsOf(snapshot))
  const keeper = createVerdictKeeper(source.verdicts)
  const filters = keepFilters(source, host.fileId, (wanted, state) => {
    if (wanted !== undefined && verdictsOn !== undefined) keeper.begin(wanted, verdictsOn(wanted), state.generation)
    onFilters?.(state, source)
  })
  filters.use(interest, namedFiles)

  function onBatch(batch: Batch): void {
    onRaw?.('events', batch)
    eachRecord(batch, visit, tally)
  }

  function onJudged(event: AnyKernelEvent): void {
    const matches = onEvent(event)
    if (typeof matches === 'number') keeper.onEvent(event, matches)
  }

  function onRecord(record: HeaderRecord): void {
    if (record instanceof EventRepeatRecord) onRepeats?.(repeatsOf(record, source.bootEpochNs))
    else if ((record.flags & HEADER_FLAGS.denial) !== 0) options.onDenial?.(record)
    else guarded(enricher.enrich(record))
  }

  return Object.freeze({
    get hooks() {
      return source.hooks
    },
    ...{ tracepointsBecause: source.tracepointsBecause, hostname: host.hostname },
    bootEpochNs: source.bootEpochNs,
    bootId,
    nowNs: () => Date.now() * 1e6,
    counters: source.counters,
    knobs: source,
    enriched: enricher.counters,
    read: () => tally,
    faults,
    ...{ view: enricher.view, ended: enricher.ended },
    settled: pending.settled,
    addKinds: source.addKinds,
    keepKinds: source.keepKinds,
    nameFiles: enricher.nameFiles,
    useFilters: filters.use,
    verdicts: keeper.stats,
    judgeAnew: keeper.tick,
    sweep: () => {
      enricher.sweep(Date.now() * 1e6 - source.bootEpochNs)
      filters.refresh()
    },
    flush: source.flush,
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

/** It is no event: it never comes to the process tree, whose state it would not fit. */
export function repeatsOf({ cpu, ofSeq, repeat, timeNs }: EventRepeatRecord, bootEpochNs: number): Repeats {
  return { cpu, seq: ofSeq, count: repeat, timeNs: bootEpochNs + timeNs }
}

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
