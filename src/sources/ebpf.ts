/** The kernel as a source of events: opens the sensor, hands over batches of records, counts, stops. */
import { fileURLToPath } from 'node:url'
import { SEQUENCE } from '../events/header.ts'
import { KINDS, type KindName } from '../events/kinds.ts'
import { headerOffset } from '../events/layout.ts'
import { LAYOUT_ID } from '../events/layout-id.ts'
import type { Batch } from '../events/raw-record.ts'
import { HEADER_SIZE } from '../events/records.gen.ts'
import { loadAddon, type ProgramReport } from './ebpf/addon.ts'
import type { KernelCounters } from './ebpf/counters.ts'
import { startDrain } from './ebpf/drain.ts'
import { checkHost, openError } from './ebpf/open-failure.ts'

export interface KernelSourceOptions {
  /** Only programs of these kinds are loaded. */
  readonly kinds: ReadonlySet<KindName>
  /** Size of the ring buffer: a power of two, at least a page. Default 8 MiB. */
  readonly ringBytes?: number
  /** Equal events within it are folded into one with a count; 0 for none. Default 1000. */
  readonly foldWindowMs?: number
  /** 32-bit system calls too (default true). Costs every system call of the host a little. */
  readonly compat?: boolean
  /** The thread sleeps this long between drains while events come (default 2). */
  readonly sliceMs?: number
  readonly objectPath?: string
  /** The batch and its records are valid only during the call. What it throws is not caught. */
  readonly onBatch: (batch: Batch) => void
}

/** What became of one hook. */
export interface Hook extends ProgramReport {
  /** Undefined for programs that serve several kinds. */
  readonly kind: KindName | undefined
}

export interface KernelSource {
  readonly hooks: readonly Hook[]
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
  /** Resolves when all that happened before the call has been through onBatch. */
  flush(): Promise<void>
  /** Detaches, hands over what was sent before, frees everything. Resolves then; may be called again. */
  stop(): Promise<void>
}

const OBJECT_PATH = fileURLToPath(new URL('../../build/sensor.bpf.o', import.meta.url))
const RING_BYTES = 8 << 20
const FOLD_WINDOW_MS = 1000
const SLICE_MS = 2
/** Programs that serve several kinds begin so. */
const SHARED_PREFIXES: readonly string[] = ['uring']

const LAYOUT = {
  seq: headerOffset('seq'),
  levelShift: SEQUENCE.levelShift,
  levels: SEQUENCE.levels,
  size: headerOffset('size'),
  cpu: headerOffset('cpu'),
  headerBytes: HEADER_SIZE,
}

const snake = (kind: string): string => kind.replaceAll('.', '_')

const KIND_BY_PREFIX: ReadonlyMap<string, KindName> = new Map(KINDS.map(({ name }) => [snake(name), name]))

/**
 * Loads and attaches the programs of the wanted kinds and starts the drain. One program's failure is told in `hooks`, not thrown.
 * Blocks while the kernel verifies the programs. @throws {AppError} SENSOR_* when nothing can be watched.
 */
export function openKernelSource(options: KernelSourceOptions): KernelSource {
  const objectPath = options.objectPath ?? OBJECT_PATH
  const addon = loadAddon()
  checkHost(objectPath)
  const opened = addon.open({
    objectPath,
    prefixes: prefixesOf(options),
    ringBytes: options.ringBytes ?? RING_BYTES,
    selfTgid: process.pid,
    foldWindowNs: (options.foldWindowMs ?? FOLD_WINDOW_MS) * 1e6,
    layoutId: LAYOUT_ID,
    layout: LAYOUT,
  })
  if ('failure' in opened) throw openError(opened.failure)
  const drain = startDrain(addon, opened.handle, { sliceMs: options.sliceMs ?? SLICE_MS, onBatch: options.onBatch })
  return Object.freeze({
    hooks: withoutOtherNames(opened.hooks).map((report) => ({ ...report, kind: kindOf(report.program) })),
    bootEpochNs: addon.bootEpochNs(),
    ...drain,
  })
}

function prefixesOf({ kinds, compat = true }: KernelSourceOptions): string[] {
  return [...new Set([...[...kinds].map(snake), 'process_snapshot', ...SHARED_PREFIXES, ...(compat ? ['compat'] : [])])]
}

/** A shared program comes once for each name that its hook has had: one that this kernel knows is enough. */
function withoutOtherNames(reports: readonly ProgramReport[]): readonly ProgramReport[] {
  const attached = new Set(reports.filter(({ state }) => state === 'attached').map(({ program }) => prefixOf(program)))
  return reports.filter(({ program, state }) => {
    const prefix = prefixOf(program)
    return state !== 'missing' || !SHARED_PREFIXES.includes(prefix) || !attached.has(prefix)
  })
}

const prefixOf = (program: string): string => program.slice(0, program.indexOf('__'))

const kindOf = (program: string): KindName | undefined => KIND_BY_PREFIX.get(prefixOf(program))
