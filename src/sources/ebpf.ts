/** The kernel as a source of events: opens the sensor, hands over batches of records, counts, stops. */
import { fileURLToPath } from 'node:url'
import { SEQUENCE } from '../events/header.ts'
import type { Interest } from '../events/interest.ts'
import type { KindName } from '../events/kinds.ts'
import { headerOffset } from '../events/layout.ts'
import { LAYOUT_ID } from '../events/layout-id.ts'
import type { Batch } from '../events/raw-record.ts'
import { HEADER_SIZE } from '../events/records.gen.ts'
import { loadAddon } from './ebpf/addon.ts'
import { ALWAYS_PREFIXES, attachedPrograms, type Hook, prefixOfKind, SHARED_PREFIXES } from './ebpf/attached.ts'
import type { KernelCounters } from './ebpf/counters.ts'
import { createDenials, type KernelDenials } from './ebpf/denials.ts'
import { startDrain } from './ebpf/drain.ts'
import { createFilters, type FilterState } from './ebpf/filters/filters.ts'
import { createKernelKill, type SetKernelKill } from './ebpf/filters/kill-tables.ts'
import type { KnownInode } from './ebpf/filters/tables.ts'
import { startFolding } from './ebpf/folding.ts'
import { createMeasuring, type ProgramRuns } from './ebpf/measuring.ts'
import { checkHost, openError } from './ebpf/open-failure.ts'
import { openVerdictTable, type VerdictTable } from './ebpf/verdict-table.ts'

export interface KernelSourceOptions {
  /** Only programs of these kinds are loaded. */
  readonly kinds: ReadonlySet<KindName>
  /** Size of the ring buffer: a power of two, at least a page. Default 8 MiB. */
  readonly ringBytes?: number
  /** Equal events within it are folded into one with a count; 0 for none. Default 1000. */
  readonly foldWindowMs?: number
  /** 32-bit system calls too (default true). Costs every system call of the host a little. */
  readonly compat?: boolean
  /** System calls by tracepoints, even where the kernel has what spares all other calls (default: as TARSIER_TRACEPOINTS=1 says). */
  readonly tracepoints?: boolean
  /** The thread sleeps this long between drains while events come (default 2). */
  readonly sliceMs?: number
  readonly objectPath?: string
  /** The batch and its records are valid only during the call. What it throws is not caught. */
  readonly onBatch: (batch: Batch) => void
}

export interface KernelSource {
  /** Of the kinds that are wanted now. */
  readonly hooks: readonly Hook[]
  /** Why system calls are watched by tracepoints, which cost every call of the host a little; undefined where they are not. */
  readonly tracepointsBecause: string | undefined
  /** Add to a record's ns since boot to get ns since 1970. Taken at start. */
  readonly bootEpochNs: number
  /**
   * One `process.snapshot` record per process that runs now. Programs are attached already: called before control returns to the
   * event loop, it comes before the first batch, and no process falls between the two.
   * @throws {AppError} SENSOR_SNAPSHOT
   */
  snapshot(): Batch
  /** After the end, the last that were read. */
  counters(options?: { readonly perCpu?: boolean }): KernelCounters
  /** From now on, equal events within it are folded; 0 for none. */
  setFoldWindow(ms: number): void
  /** The kinds whose events must not be folded, because a rule tells equal ones apart; all others may be. */
  setUnfolded(kinds: ReadonlySet<KindName>): void
  /** From now on only what the interest wants is sent; without one, everything. `inodes`: the files that rules name. */
  setInterest(interest: Interest | undefined, inodes: readonly KnownInode[]): FilterState
  /**
   * Attaches the programs of these kinds beside those that run. They share one ring, its numbers and every table, so that nothing of
   * the kinds before is lost, told twice or out of order. On return the new kinds are watched. Blocks as opening does.
   * @throws {AppError} SENSOR_*; nothing has changed then
   */
  addKinds(kinds: ReadonlySet<KindName>): void
  /** Takes down the programs of all but these kinds. What they sent before still arrives. */
  keepKinds(kinds: ReadonlySet<KindName>): void
  /**
   * From now on the kernel side kills, at the hook, whose event one of the terms holds for (src/detect/kernel-kill.ts); none: nobody. Programs of kinds that are not
   * watched kill nobody. Returns 0 or an errno: then nobody is killed.
   */
  readonly setKernelKill: SetKernelKill
  /** What the kernel side denies before it is done. Its records have the flag `denial`. */
  readonly denials: KernelDenials
  /** From now on, of the records of these kinds one in 2^n is made, at random (n at most 31); of all others, each. */
  setSampling(shifts: ReadonlyMap<KindName, number>): void
  /**
   * Has the kernel measure how long programs run, or no more. It measures those of everybody, and each run costs some 20 ns more
   * meanwhile. False when it refuses.
   */
  measurePrograms(on: boolean): boolean
  /** What was measured since the start of each program that ran meanwhile. Empty after the end. */
  programRuns(): readonly ProgramRuns[]
  /** How often the kernel skipped a program since it ran on that processor already, since the start; the last word after the end. */
  skippedRuns(): ReadonlyMap<string, number>
  /** What the facts of processes rule out; see native/bpf/lib/2-verdict.h. */
  readonly verdicts: VerdictTable
  /** Resolves when all that happened before the call has been through onBatch. */
  flush(): Promise<void>
  /** Detaches, hands over what was sent before, frees everything. Resolves then; may be called again. */
  stop(): Promise<void>
}

const OBJECT_PATH = fileURLToPath(new URL('../../build/sensor.bpf.o', import.meta.url))
const RING_BYTES = 8 << 20
const FOLD_WINDOW_MS = 1000
const SLICE_MS = 2

const LAYOUT = {
  seq: headerOffset('seq'),
  levelShift: SEQUENCE.levelShift,
  levels: SEQUENCE.levels,
  size: headerOffset('size'),
  cpu: headerOffset('cpu'),
  headerBytes: HEADER_SIZE,
}

/**
 * Loads and attaches the programs of the wanted kinds and starts the drain. One program's failure is told in `hooks`, not thrown.
 * Blocks while the kernel verifies the programs. @throws {AppError} SENSOR_* when nothing can be watched.
 */
export function openKernelSource(options: KernelSourceOptions): KernelSource {
  const objectPath = options.objectPath ?? OBJECT_PATH
  const addon = loadAddon()
  checkHost(objectPath)
  const settings = {
    objectPath,
    ringBytes: options.ringBytes ?? RING_BYTES,
    selfTgid: process.pid,
    foldWindowNs: (options.foldWindowMs ?? FOLD_WINDOW_MS) * 1e6,
    layoutId: LAYOUT_ID,
    tracepoints: (options.tracepoints ?? process.env.TARSIER_TRACEPOINTS === '1') ? (1 as const) : (0 as const),
    layout: LAYOUT,
  }
  const opened = addon.open({ ...settings, prefixes: prefixesOf(options) })
  if ('failure' in opened) throw openError(opened.failure)
  const { handle } = opened
  const attached = attachedPrograms({ addon, handle, settings, kinds: options.kinds, hooks: opened.hooks })
  const drain = startDrain(addon, handle, { sliceMs: options.sliceMs ?? SLICE_MS, onBatch: options.onBatch })
  const folding = startFolding(addon, handle)
  const measuring = createMeasuring(addon, handle)
  return Object.freeze({
    get hooks() {
      return attached.hooks
    },
    tracepointsBecause: opened.tracepointsBecause === '' ? undefined : opened.tracepointsBecause,
    bootEpochNs: addon.bootEpochNs(),
    setInterest: createFilters(addon, handle).set,
    setKernelKill: createKernelKill(addon, handle),
    denials: createDenials(addon, handle, settings),
    addKinds: attached.addKinds,
    keepKinds: (kinds: ReadonlySet<KindName>) => {
      measuring.skippedRuns() // the counts of those that are taken down go with them
      attached.keepKinds(kinds)
    },
    ...drain,
    setFoldWindow: folding.setWindow,
    setUnfolded: folding.setUnfolded,
    ...measuring,
    verdicts: openVerdictTable(addon, handle),
    stop: () => {
      measuring.end()
      folding.end()
      return drain.stop()
    },
  })
}

function prefixesOf({ kinds, compat = true }: KernelSourceOptions): string[] {
  return [...new Set([...[...kinds].map(prefixOfKind), ...ALWAYS_PREFIXES, ...SHARED_PREFIXES, ...(compat ? ['compat'] : [])])]
}
