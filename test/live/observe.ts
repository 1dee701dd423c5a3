/** For live tests: what the kernel tells while something happens, and the small C programs that make it happen. */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { KINDS, type KindName } from '../../src/events/kinds.ts'
import { batchOf } from '../../src/events/raw-record.ts'
import { type HeaderRecord, RECORD_CLASS, type RecordByKind } from '../../src/events/records.gen.ts'
import { eachRecord } from '../../src/sources/each-record.ts'
import type { KernelCounters } from '../../src/sources/ebpf/counters.ts'
import { type KernelSource, openKernelSource } from '../../src/sources/ebpf.ts'

/** A record that outlives its batch. */
export type Kept<K extends KindName = KindName> = RecordByKind[K] & HeaderRecord

export interface Observed {
  /** Copies, in order of arrival. */
  readonly records: readonly HeaderRecord[]
  readonly counters: KernelCounters
  /** The snapshot taken before the action. */
  readonly snapshot: readonly Kept<'process.snapshot'>[]
  readonly hooks: KernelSource['hooks']
}

/** Why live tests cannot run here; undefined where they can. For `skip(reason)`. */
export function cannotObserve(): string | undefined {
  if (process.platform !== 'linux') return 'live tests need Linux'
  if (process.getuid?.() !== 0) return 'live tests load programs into the kernel, which needs root'
  if (!existsSync('/sys/kernel/btf/vmlinux')) return 'this kernel has no BTF (/sys/kernel/btf/vmlinux)'
  if (!existsSync(fileURLToPath(new URL('../../build/sensor.bpf.o', import.meta.url))))
    return 'build/sensor.bpf.o is not built: npm run setup'
  return undefined
}

/** Watches the kinds while `action` runs; everything that happened in it has arrived on return. */
export async function observe(
  kinds: readonly KindName[],
  action: () => unknown,
  options: { readonly foldWindowMs?: number } = {},
): Promise<Observed> {
  const records: HeaderRecord[] = []
  const source = openKernelSource({
    kinds: new Set(kinds),
    ...options,
    onBatch: (batch) => void eachRecord(batch, (record) => records.push(keep(record))),
  })
  try {
    const snapshot: HeaderRecord[] = []
    eachRecord(source.snapshot(), (record) => snapshot.push(keep(record)))
    await action()
    await source.flush()
    return { records, counters: source.counters(), snapshot: snapshot as Kept<'process.snapshot'>[], hooks: source.hooks }
  } finally {
    await source.stop()
  }
}

/** Those of one kind that a process made. */
export function recordsOf<K extends KindName>(observed: Pick<Observed, 'records'>, kind: K, pid?: number): readonly Kept<K>[] {
  const id = KINDS.find(({ name }) => name === kind)?.id
  return observed.records.filter((record) => record.kind === id && (pid === undefined || record.pid === pid)) as Kept<K>[]
}

/** A copy that outlives the batch. */
export function keep(record: HeaderRecord): HeaderRecord {
  const { batch, at, size } = record
  const RecordClass = RECORD_CLASS[record.kind]
  if (RecordClass === undefined) throw new Error(`record of unknown kind ${record.kind}`)
  return new RecordClass(batchOf(Buffer.from(batch.bytes.subarray(at, at + size))), 0)
}

export interface Program {
  readonly path: string
  /** A folder of its own, for its files. */
  readonly folder: string
  /** Runs it in `folder` to its end. @returns its process id and what it printed */
  readonly run: (...args: readonly string[]) => Promise<{ readonly pid: number; readonly output: string }>
  /** Starts it in `folder`, to run until `end`. */
  readonly start: (...args: readonly string[]) => Started
  readonly remove: () => void
}

export interface Started {
  readonly runs: () => boolean
  /** Kills it; resolves when it is gone. May be called again. */
  readonly end: () => Promise<void>
}

/** Compiles test/live/programs/<name>.c into a new temporary folder. */
export function compileProgram(name: string): Program {
  const folder = mkdtempSync(join(tmpdir(), `tarsier-${name}-`))
  const path = join(folder, name)
  const source = fileURLToPath(new URL(`programs/${name}.c`, import.meta.url))
  execFileSync('cc', ['-O1', '-pthread', '-o', path, source], { stdio: ['ignore', 'ignore', 'inherit'] })
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  return { path, folder, run: (...args) => runToEnd(path, args, folder), start: (...args) => startProgram(path, args, folder), remove }
}

function startProgram(path: string, args: readonly string[], cwd: string): Started {
  const child = spawn(path, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', () => resolve())
  })
  const runs = (): boolean => child.exitCode === null && child.signalCode === null
  return {
    runs,
    end: () => {
      child.kill('SIGKILL')
      return ended
    },
  }
}

function runToEnd(path: string, args: readonly string[], cwd: string): Promise<{ pid: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.on('data', (text: Buffer) => (output += text.toString()))
    child.on('error', reject)
    child.on('close', () => resolve({ pid: child.pid ?? 0, output }))
  })
}
