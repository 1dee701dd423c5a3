/**
 * Runs in the emulated machine: `node calls-inside.ts PROGRAM`. Watches the program with tracepoints, then with what the sensor chooses, and then opens the
 * sensor on a kernel that preempts programs. Prints `Seen` as JSON.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KINDS, type KindName } from '../../src/events/kinds.ts'
import { layoutOf } from '../../src/events/layout.ts'
import { type HeaderRecord, TYPE_NAMES } from '../../src/events/records.gen.ts'
import { eachRecord } from '../../src/sources/each-record.ts'
import { openKernelSource } from '../../src/sources/ebpf.ts'

export interface Watched {
  /** Why by tracepoints; null where not. */
  readonly because: string | null
  /** What the attached programs hang on. */
  readonly sections: readonly string[]
  readonly failed: readonly string[]
  /** The events of the program, one text each, in order; without what differs from run to run. */
  readonly events: readonly string[]
  /** The same once `LATER` have gone. */
  readonly fewer: readonly string[]
  /** How often the kernel took the slow way into as many calls as `LOOPS`, of a call that nobody watches. */
  readonly slow: number
}

export interface Seen {
  readonly byTracepoints: Watched
  readonly chosen: Watched
  /** Why by tracepoints where programs are preempted. */
  readonly preempted: string | null
}

export const LOOPS = 1000

const TRACING = '/sys/kernel/tracing'
/** Inodes, devices' and sockets' numbers, times, processes, pointers. */
const VARYING = /^(?:.*ino|inode|ctime.*|.*_ns|.*_?pid|address|start|local_port|cookie|length|time.*|arg2)$/
const KIND_BY_ID = new Map<number, (typeof KINDS)[number]>(KINDS.map((kind) => [kind.id, kind]))

/** What the program brings about. To load all takes the emulated machine ten seconds. */
const ITS_KINDS: readonly KindName[] = [
  'process.exec',
  'process.exec_failed',
  'process.exit',
  'process.rename',
  'file.open',
  'file.chmod',
  'file.truncate',
  'file.setxattr',
  'file.mkdir',
  'file.rename',
  'file.link',
  'file.unlink',
  'net.socket',
  'net.connect',
  'net.send',
  'net.listen',
  'net.tcp_state',
  'fd.dup',
  'cred.set_ids',
  'cred.prctl',
  'mount.mount',
  'memory.protect',
  'inject.ptrace',
]

/** Come while the sensor runs, and go again. */
const LATER: ReadonlySet<KindName> = new Set(['file.unlink', 'mount.mount'])

async function watch(program: string, kinds: ReadonlySet<KindName>, tracepoints: boolean): Promise<Watched> {
  let events: string[] = []
  const first = new Set([...kinds].filter((kind) => !LATER.has(kind)))
  const folder = join(tmpdir(), 'calls-inside')
  mkdirSync(folder)
  const source = openKernelSource({
    kinds: first,
    foldWindowMs: 0,
    tracepoints,
    onBatch: (batch) =>
      void eachRecord(batch, (record) => {
        const name = nameOf(record)
        if (name === 'calls' || name === 'renamed') events.push(textOf(record, name))
      }),
  })
  try {
    source.addKinds(kinds)
    execFileSync(program, { cwd: folder })
    await source.flush()
    const all = [...events]
    const { hooks } = source
    const slow = countSlow(() => execFileSync(program, ['loop', String(LOOPS)]))
    source.keepKinds(first)
    await source.flush()
    events = []
    execFileSync(program, { cwd: folder })
    await source.flush()
    return {
      because: source.tracepointsBecause ?? null,
      sections: [...new Set(hooks.filter(({ state }) => state === 'attached').map(({ section }) => section))],
      failed: hooks.filter(({ state }) => state === 'failed').map((hook) => `${hook.program}: ${hook.reason}`),
      events: all,
      fewer: events,
      slow,
    }
  } finally {
    rmSync(folder, { recursive: true })
    await source.stop()
  }
}

/** How often, during `action`, its process came by the function that does what only some calls need before they begin (kernel/entry/common.c). */
function countSlow(action: () => void): number {
  const set = (file: string, value: string): void => writeFileSync(join(TRACING, file), value)
  set('set_ftrace_filter', 'syscall_trace_enter*')
  set('tracing_on', '1')
  set('current_tracer', 'function')
  try {
    action()
    set('tracing_on', '0') // else the reading would add to what is read
    return readFileSync(join(TRACING, 'trace'), 'utf8').match(/^\s*calls-\d+ /gm)?.length ?? 0
  } finally {
    set('current_tracer', 'nop')
    set('set_ftrace_filter', '')
  }
}

async function openPreempted(): Promise<string | null> {
  execFileSync('mount', ['-t', 'debugfs', 'debugfs', '/sys/kernel/debug'])
  writeFileSync('/sys/kernel/debug/sched/preempt', 'full')
  const source = openKernelSource({ kinds: new Set(['process.fork', 'file.mkdir']), onBatch: () => {} })
  await source.stop()
  return source.tracepointsBecause ?? null
}

const nameOf = ({ comm }: HeaderRecord): string => comm.toString('latin1').replace(/\0.*/, '')

function textOf(record: HeaderRecord, name: string): string {
  const kind = KIND_BY_ID.get(record.kind)
  if (kind === undefined) return `unknown kind ${record.kind}`
  const values = record as unknown as Readonly<Record<string, unknown>>
  const fields = layoutOf(kind).fields.filter((field) => !VARYING.test(snake(field.name)))
  const texts = fields.map((field) => `${field.name}=${show(values[field.name])}`)
  return [kind.name, TYPE_NAMES[record.type], record.result, record.flags, name, ...texts].join(' ')
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const show = (value: unknown): string => (Buffer.isBuffer(value) ? value.toString('hex') : String(value))

if (import.meta.main) {
  const [program = ''] = process.argv.slice(2)
  const byTracepoints = await watch(program, new Set(ITS_KINDS), true)
  const chosen = await watch(program, new Set(KINDS.map(({ name }) => name)), false)
  process.stdout.write(JSON.stringify({ byTracepoints, chosen, preempted: await openPreempted() } satisfies Seen))
}
