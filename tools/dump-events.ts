/**
 * Prints what the kernel sensor sends as JSON lines: one record each, every field decoded. For work on native/bpf/.
 *
 *   node tools/dump-events.ts [--kinds file.open,net.*] [--seconds 5] [--pid PID] [--comm NAME] [--snapshot] [--all]
 *                             [--no-compat] [--no-fold] [--object FILE] [--quiet] [-- COMMAND ARGUMENT…]
 *
 * --kinds     names, or families such as `net.*`; default all.
 * --snapshot  prints the process snapshot first.
 * --all       also fields that are 0 or empty.
 * --quiet     no records, only the summary.
 * COMMAND     is run once the hooks are attached; the dump ends when it does (or after --seconds), and shows only records of it
 *             and of its descendants, unless --pid or --comm say otherwise.
 * On standard error: hooks that are missing or failed (with the verifier's last lines), and at the end the counters.
 */
import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { KINDS, type KindName } from '../src/events/kinds.ts'
import { HEADER_LAYOUT, layoutOf } from '../src/events/layout.ts'
import { type HeaderRecord, TYPE_NAMES } from '../src/events/records.gen.ts'
import { AppError } from '../src/lib/app-error.ts'
import { eachRecord, newTally } from '../src/sources/each-record.ts'
import type { Hook } from '../src/sources/ebpf/attached.ts'
import { type KernelSource, openKernelSource } from '../src/sources/ebpf.ts'

const { values: flags, positionals: command } = parseArgs({
  allowPositionals: true,
  options: {
    kinds: { type: 'string' },
    seconds: { type: 'string' },
    pid: { type: 'string' },
    comm: { type: 'string' },
    object: { type: 'string' },
    snapshot: { type: 'boolean' },
    all: { type: 'boolean' },
    quiet: { type: 'boolean' },
    'no-compat': { type: 'boolean' },
    'no-fold': { type: 'boolean' },
  },
})

const FIELDS = new Map<number, readonly string[]>(
  KINDS.map((kind) => [kind.id, [...HEADER_LAYOUT.fields, ...layoutOf(kind).fields].map(({ name }) => name)]),
)
const NAME = new Map<number, KindName>(KINDS.map(({ id, name }) => [id, name]))
const tally = newTally()
/** Pids whose records are shown; undefined for all. The command's descendants join by their forks. */
const family = flags.pid !== undefined ? new Set([Number(flags.pid)]) : command.length > 0 && !flags.comm ? new Set<number>() : undefined

try {
  await dump()
} catch (error) {
  if (!(error instanceof AppError)) throw error
  console.error(`${error.message}\n  ${error.fix}`)
  process.exit(1)
}

async function dump(): Promise<void> {
  const source = openKernelSource({
    kinds: wantedKinds(flags.kinds),
    compat: !flags['no-compat'],
    onBatch: (batch) => eachRecord(batch, show, tally),
    ...(flags['no-fold'] ? { foldWindowMs: 0 } : {}),
    ...(flags.object ? { objectPath: flags.object } : {}),
  })
  tellHooks(source.hooks)
  if (flags.snapshot) eachRecord(source.snapshot(), print)
  process.on('SIGINT', () => void end(source))
  process.on('SIGTERM', () => void end(source))
  if (flags.seconds !== undefined) setTimeout(() => void end(source), Number(flags.seconds) * 1000)
  else if (command.length === 0) console.error('dumping until Ctrl-C')
  if (command.length > 0) await runCommand(command)
  if (command.length > 0 && flags.seconds === undefined) await end(source)
}

function runCommand([program = '', ...args]: string[]): Promise<void> {
  const child = spawn(program, args, { stdio: ['inherit', 2, 2] })
  if (child.pid !== undefined) family?.add(child.pid)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', () => resolve())
  })
}

async function end(source: KernelSource): Promise<void> {
  await source.stop()
  tellCounters(source)
  process.exit()
}

function wantedKinds(list: string | undefined): Set<KindName> {
  const wanted = (list ?? '*').split(',')
  const matches = (name: string, want: string): boolean => (want.endsWith('*') ? name.startsWith(want.slice(0, -1)) : name === want)
  for (const want of wanted) {
    if (!KINDS.some(({ name }) => matches(name, want))) throw new AppError('EVENT_UNKNOWN_KIND', { kind: want })
  }
  return new Set(KINDS.map(({ name }) => name).filter((name) => wanted.some((want) => matches(name, want))))
}

function show(record: HeaderRecord): void {
  if (family !== undefined) {
    if (!family.has(record.pid)) return
    if ('childPid' in record) family.add(record.childPid as number)
  }
  if (flags.comm === undefined || commOf(record) === flags.comm) print(record)
}

function commOf({ comm }: HeaderRecord): string {
  return comm.toString('latin1').replace(/\0.*$/s, '')
}

function print(record: HeaderRecord): void {
  if (flags.quiet) return
  const shown: Record<string, unknown> = { kind: NAME.get(record.kind), type: TYPE_NAMES[record.type], comm: commOf(record) }
  for (const name of FIELDS.get(record.kind) ?? []) {
    if (name in shown) continue
    const value = (record as unknown as Record<string, unknown>)[name]
    if (flags.all || !isEmpty(value)) shown[name] = Buffer.isBuffer(value) ? value.toString('hex') : value
  }
  process.stdout.write(`${JSON.stringify(shown)}\n`)
}

function isEmpty(value: unknown): boolean {
  return Buffer.isBuffer(value) ? value.every((byte) => byte === 0) : value === 0 || value === ''
}

function tellHooks(hooks: readonly Hook[]): void {
  console.error(`${hooks.filter(({ state }) => state === 'attached').length} of ${hooks.length} hooks attached`)
  for (const { program, section, state, reason, log } of hooks) {
    if (state !== 'attached')
      console.error(`  ${state}: ${program} (${section}): ${reason}${log && `\n${log.trim().split('\n').slice(-25).join('\n')}`}`)
  }
}

function tellCounters(source: KernelSource): void {
  const { kinds, ...rest } = source.counters()
  console.error(`read ${JSON.stringify(tally)}\n${JSON.stringify({ ...rest, kindsByCpu: undefined })}`)
  for (const [name, counts] of kinds) {
    const told = Object.entries(counts).filter(([, count]) => count > 0)
    console.error(`  ${name}: ${told.map(([what, count]) => `${what} ${count}`).join(', ')}`)
  }
}
