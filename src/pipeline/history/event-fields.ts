/**
 * Which fields history keeps of an event beside those of its process. Left out is what the others tell (src/detect/flat-derived.ts puts
 * it back), and what means nothing later.
 */
import type { FieldDefinition, FieldValue } from '../../events/field.ts'
import { UNOBSERVED_FIELDS } from '../../events/fields/unobserved.ts'
import { FIELDS } from '../../events/fields.ts'
import type { KindName } from '../../events/kinds.ts'

/** Fields of the process alone begin so: they are in its records. */
const OF_PROCESS: ReadonlySet<string> = new Set(['proc', 'user', 'group', 'container', 'k8s'])

/** And these, which seldom differ between the threads of a process. */
const OF_THREAD: ReadonlySet<string> = new Set(['thread.cap_effective', 'thread.cap_permitted', 'thread.cap_inheritable'])

/** Whether only an event of the process itself tells it. */
export const isOfThread = (name: string): boolean => OF_THREAD.has(name)

function isOfProcess(name: string): boolean {
  return OF_PROCESS.has(name.slice(0, name.indexOf('.'))) || OF_THREAD.has(name) || name === 'thread.cgroups'
}

/** Told by what is kept: the time, the id, the type, the result, the ends of a connection, the file. */
const TOLD: ReadonlySet<string> = new Set([
  ...['evt.id', 'evt.type', 'syscall.type', 'evt.kind', 'evt.category', 'evt.source', 'evt.hostname', 'evt.dir', 'evt.is_async', 'evt.res'],
  ...['evt.time', 'evt.outputtime', 'evt.time.s', 'evt.time.iso8601', 'evt.datetime', 'evt.datetime.s', 'evt.rawtime'],
  ...['evt.rawtime.s', 'evt.rawtime.ns', 'evt.io_dir', 'evt.is_io', 'evt.is_io_read', 'evt.is_io_write', 'evt.is_wait', 'evt.count'],
  ...['evt.count.error', 'evt.count.exit', 'evt.count.procinfo', 'evt.count.threadinfo', 'fd.ip', 'fd.net', 'fd.port'],
  ...['fd.proto', 'fd.cnet', 'fd.snet', 'fd.lnet', 'fd.rnet', 'fd.cproto', 'fd.sproto', 'fd.lproto', 'fd.rproto', 'fd.sockfamily'],
  ...['fd.types', 'fd.uid', 'fd.containername', 'fd.containerdirectory', 'fd.ino', 'fd.dev', 'fd.dev.major', 'fd.dev.minor'],
  ...['fd.is_upper_layer', 'fd.is_lower_layer', 'file.setuid', 'file.setgid', 'thread.ismain', 'thread.nametid'],
  // Of processes: by their arguments, their ancestors, the time.
  ...['proc.exeline', 'proc.lineage', 'proc.aargs', 'proc.pexe', 'proc.pexepath', 'proc.pcmdline', 'proc.duration', 'proc.ppid.duration'],
  ...['container.duration', 'proc.is_container_healthcheck', 'proc.is_container_liveness_probe', 'proc.is_container_readiness_probe'],
])

/** Told by nothing that history keeps. Beside them: what would be read from /proc for each event. */
const LOST: ReadonlySet<string> = new Set([
  // About this run of the agent.
  ...['evt.num', 'evt.cpu', 'evt.reltime', 'evt.reltime.s', 'evt.reltime.ns'],
  // Each argument is kept by itself.
  ...['evt.args', 'evt.info', 'evt.arg', 'evt.rawarg'],
  // Spellings that no rule of today uses.
  ...[
    'evt.count.error.file',
    'evt.count.error.net',
    'evt.count.error.memory',
    'evt.count.error.other',
    'evt.abspath',
    'evt.abspath.src',
    'evt.abspath.dst',
  ],
  ...['evt.buflen.in', 'evt.buflen.out', 'evt.buflen.net', 'evt.buflen.net.in', 'evt.buflen.net.out', 'thread.vtid'],
  // Long, and full of secrets.
  ...['proc.env', 'proc.aenv'],
  // Of a moment, not of a state.
  ...['proc.exec.duration', 'proc.reaper_pid'],
])

/** Of the arguments of these calls, those that no other field tells. Of all others: each but `res` and `fd`. */
const ARGUMENTS: Readonly<Partial<Record<KindName, readonly string[]>>> = {
  'process.exec': ['filename', 'flags'],
  'process.fork': ['flags'],
  'file.open': ['flags', 'mode', 'resolve', 'creat_flags'],
  'net.connect': [],
  'net.bind': [],
  'net.send': [],
  'net.recv': [],
}

export const isKeptArgument = (kind: KindName, name: string): boolean =>
  ARGUMENTS[kind]?.includes(name) ?? (name !== 'res' && name !== 'fd')

/** Where a definition does not say which kinds can have a value. */
const KINDS_OF: Readonly<Record<string, readonly string[]>> = {
  'evt.is_open_read': ['file.open'],
  'evt.is_open_exec': ['file.open'],
  'evt.is_open_create': ['file.open'],
  'evt.is_syslog': ['net.send'],
  'fd.num': ['file.', 'net.', 'fd.', 'kernel.', 'inject.pidfd_getfd', 'uring.setup'],
  'fd.type': ['file.', 'net.', 'fd.', 'kernel.', 'uring.setup'],
  'fd.typechar': ['file.', 'net.', 'fd.', 'kernel.', 'uring.setup'],
}

/** What need not be written, since absent means the same: flat events are read so. */
const DEFAULTS: ReadonlyMap<string, FieldValue> = new Map<string, FieldValue>([
  ['evt.repeat', 0],
  ...['evt.is_uring', 'evt.is_compat', 'evt.is_open_read', 'evt.is_open_exec', 'evt.is_open_create', 'evt.is_syslog', 'file.created']
    .concat(['file.upper_layer', 'file.lower_layer', 'file.memfd', 'file.deleted', 'file.writable', 'file.process_memory'])
    .map((name): [string, FieldValue] => [name, false]),
])

export const defaultOf = (name: string): FieldValue | undefined => DEFAULTS.get(name)

/** Written of every event, before the others. */
const FIRST = 'thread.tid'

const UNOBSERVED: ReadonlySet<string> = new Set(UNOBSERVED_FIELDS.map(({ name }) => name))

/** Told by others of the same kind. */
const TOLD_OF: Readonly<Partial<Record<KindName, string>>> = { 'file.open': 'fs.path.nameraw' }

/** The fields that are kept of events of a kind, without those of the process and the arguments of the call. */
export function eventFields(kind: KindName): readonly FieldDefinition[] {
  return FIELDS.filter((field) => !isOfProcess(field.name) && isKept(field) && mayHave(field, kind) && field.name !== TOLD_OF[kind])
}

/** The fields that are kept of a process. */
export function processFields(): readonly FieldDefinition[] {
  return FIELDS.filter((field) => isOfProcess(field.name) && isKept(field))
}

const READ_FROM_HOST: ReadonlySet<string> = new Set(FIELDS.flatMap(({ name, readsHost }) => (readsHost === true ? [name] : [])))
const WITH_ARGUMENT = /^(?:evt\.rawarg|container\.mount|thread\.cgroup)\b/

/** Whether conditions over history see of a field what rules see of it as it happens. `name`: without the argument in brackets. */
export function isKeptInHistory(name: string): boolean {
  if (name === 'container.mounts' || name === 'thread.cgroups') return true
  return !LOST.has(name) && !READ_FROM_HOST.has(name) && !WITH_ARGUMENT.test(name)
}

function isKept({ name, argument, readsHost }: FieldDefinition): boolean {
  if (name === FIRST) return false
  return argument?.required !== true && readsHost !== true && !TOLD.has(name) && !LOST.has(name) && !UNOBSERVED.has(name)
}

const mayHave = ({ name, kinds = KINDS_OF[name] }: FieldDefinition, kind: KindName): boolean =>
  kinds === undefined || kinds.some((start) => kind.startsWith(start))
