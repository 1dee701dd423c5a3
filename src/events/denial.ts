/**
 * Acts that the kernel side denies by itself, before they are done, at hooks of BPF LSM: what it can tell of each for sure. Conditions are made by
 * src/detect/denials.ts, packed by src/sources/ebpf/filters/denial-tables.ts and judged by native/bpf/lib/3-deny.h.
 */
import type { RecordValues } from './encode.ts'
import { HEADER_FLAGS } from './header.ts'
import type { AddressRange } from './interest.ts'
import { FAMILY, FILE_FLAGS } from './shared-fields.ts'

export const DENIAL_KINDS = [
  'process.exec',
  'file.open',
  'net.connect',
  'mount.mount',
  'inject.ptrace',
  'kernel.bpf',
  'kernel.module',
  'cred.set_ids',
] as const
export type DenialKind = (typeof DENIAL_KINDS)[number]

/** In the order of `enum deny_fact`. What `path`, `name` and `number` are depends on the kind: see `values` of DENIAL_FACTS_OF. */
export const DENIAL_FACTS = ['exe', 'comm', 'parentComm', 'euid', 'path', 'name', 'number', 'address'] as const
export type DenialFact = (typeof DENIAL_FACTS)[number]

/** One of these, compared byte for byte. */
export type SureValue =
  | { readonly kind: 'text' | 'beginning'; readonly text: string }
  | { readonly kind: 'number'; readonly number: number }
  | ({ readonly kind: 'net' } & AddressRange)

/** One of `any` (undefined: whatever it is), and none of `none`. */
export interface SureTest {
  readonly any: readonly SureValue[] | undefined
  readonly none: readonly SureValue[]
}

/** A conjunction. An absent test holds. */
export interface DenialTerm {
  readonly kind: DenialKind
  /** By class of the kind. */
  readonly classes: readonly boolean[]
  readonly tests: Readonly<Partial<Record<DenialFact, SureTest>>>
  /** Only in the mount namespace of the host. */
  readonly onHost: boolean
  /** Denies; else it is only told. */
  readonly acts: boolean
  readonly rule: string
}

/** Of each kind: a term is a bit of a number there, and of one that JavaScript can hold. */
export const MAX_DENIAL_TERMS = 48
/** In bytes: longer texts and beginnings are values of no term. */
export const MAX_SURE_TEXT = 63
export const MAX_SURE_BEGINNING = 92
const MAX_SURE_COMM = 15
/** Values of all terms together. */
export const MAX_DENIAL_VALUES = 8192

/** How a field of the vocabulary is a value that the kernel side has. */
export interface SureField<F extends string> {
  /** `host`: the field is `host` in the mount namespace of the host, and elsewhere nobody knows. */
  readonly fact: F | 'host'
  /** `name`: of a process. `path`: also by its beginning. */
  readonly form: 'text' | 'name' | 'path' | 'number' | 'address'
  /** Of a text. */
  readonly maxBytes: number
}

/** What can be told of the acts of one kind. */
export interface SureFacts<F extends string> {
  readonly classes: number
  /** Records of which an act of the class is one, as it is when it has succeeded; none: nothing is known of the class. */
  readonly samples: (number: number) => readonly (RecordValues & { readonly type: string })[]
  /** Fields of the vocabulary that the class decides. */
  readonly decides: ReadonlySet<string>
  /** Fields that are the number of a new descriptor, or an error: on both sides of each constant. */
  readonly makesDescriptor: boolean
  readonly values: Readonly<Record<string, SureField<F>>>
}

const text = (fact: DenialFact): SureField<DenialFact> => ({ fact, form: 'text', maxBytes: MAX_SURE_TEXT })
const name = (fact: DenialFact): SureField<DenialFact> => ({ fact, form: 'name', maxBytes: MAX_SURE_COMM })
const path = (fact: DenialFact): SureField<DenialFact> => ({ fact, form: 'path', maxBytes: MAX_SURE_TEXT })
const number = (fact: DenialFact): SureField<DenialFact> => ({ fact, form: 'number', maxBytes: 0 })
const address: SureField<DenialFact> = { fact: 'address', form: 'address', maxBytes: 0 }

/** Of any act: who does it. */
const OF_EVERY: Readonly<Record<string, SureField<DenialFact>>> = {
  'proc.pname': name('parentComm'),
  'user.uid': number('euid'),
  'container.id': { fact: 'host', form: 'text', maxBytes: MAX_SURE_TEXT },
}
const OF_PROCESS: Readonly<Record<string, SureField<DenialFact>>> = {
  ...OF_EVERY,
  'proc.exepath': path('exe'),
  'proc.name': name('comm'),
}

/** Of every call that succeeds. */
const OF_CALL = ['evt.type', 'syscall.type', 'evt.rawres', 'evt.res', 'evt.failed', 'evt.dir', 'evt.source', 'evt.kind', 'evt.category']

const done = <V extends RecordValues>(values: V): V & { readonly result: number; readonly flags: number } => ({
  result: 0,
  ...values,
  flags: HEADER_FLAGS.hasResult,
})

const EXEC_TYPES = ['execve', 'execveat'] as const
const OPEN_TYPES = ['open', 'openat', 'openat2', 'creat', 'open_by_handle_at'] as const
const MOUNT_TYPES = ['mount', 'move_mount'] as const
const MODULE_TYPES = ['init_module', 'finit_module'] as const
const ID_TYPES = ['setuid', 'setgid', 'setreuid', 'setregid', 'setresuid', 'setresgid', 'setfsuid', 'setfsgid'] as const
/** PTRACE_TRACEME, PTRACE_ATTACH, PTRACE_SEIZE: of the others there is no hook. */
const TRACE_REQUESTS = [0, 16, 0x4206]
const BPF_COMMANDS = 64
const DIRECTORY = 0o040_755
/** Files, devices, pipes, sockets. */
const OTHER_FILES = [0o100_644, 0o020_644, 0o060_644, 0o010_644, 0o140_755]
/** 0 stands for all others. */
const FAMILIES = [0, FAMILY.unix, FAMILY.inet, FAMILY.inet6]
const EINPROGRESS = -115
const TCP = { socketType: 1, protocol: 6 }
const UDP = { socketType: 2, protocol: 17 }
/** Raw, sequenced packets, SCTP, UDP-Lite. */
const OTHER_PROTOCOLS = [
  { socketType: 3, protocol: 1 },
  { socketType: 3, protocol: 255 },
  { socketType: 5, protocol: 0 },
  { socketType: 1, protocol: 0 },
  { socketType: 2, protocol: 0 },
  { socketType: 1, protocol: 132 },
  { socketType: 2, protocol: 136 },
]

const ofTypes = <T extends string>(types: readonly T[]) => ({
  classes: types.length,
  samples: (index: number) => types.slice(index, index + 1).map((type) => done({ type })),
  decides: new Set(OF_CALL),
  makesDescriptor: false,
})

/** By type of the call (the last: one of them), access, whether it makes the file, and whether that is a directory. */
function opens(index: number) {
  const [kind, created, access, call] = [index % 2, Math.floor(index / 2) % 2, Math.floor(index / 4) % 3, Math.floor(index / 12)]
  const types = call < OPEN_TYPES.length ? OPEN_TYPES.slice(call, call + 1) : OPEN_TYPES
  const file = { path: '/a/b', rawPath: '/a/b', openFlags: access, fileFlags: created === 1 ? FILE_FLAGS.created : 0, result: 3 }
  return types.flatMap((type) => (kind === 1 ? OTHER_FILES : [DIRECTORY]).map((fileMode) => done({ type, ...file, fileMode })))
}

/** By family and protocol; one that does not block is begun, and no more. */
function connections(index: number) {
  const family = FAMILIES[Math.floor(index / 3)] ?? 0
  const protocols = index % 3 === 0 ? OTHER_PROTOCOLS : [index % 3 === 1 ? TCP : UDP]
  const ends = { role: 1, localPort: 40_000, remotePort: 443, remoteAddress: Buffer.from([192, 0, 2, 1, ...Buffer.alloc(12)]) }
  if (family === 0) return []
  return protocols.flatMap((protocol) => [0, EINPROGRESS].map((result) => done({ type: 'connect', family, ...protocol, ...ends, result })))
}

/** What the kernel side numbers alike: the `_class` of native/bpf/deny.bpf.c. */
export const DENIAL_FACTS_OF: Readonly<Record<DenialKind, SureFacts<DenialFact>>> = {
  // By the file that is to be run.
  'process.exec': { ...ofTypes(EXEC_TYPES), values: { ...OF_EVERY, 'proc.exepath': path('path') } },
  'file.open': {
    classes: 12 * (OPEN_TYPES.length + 1),
    samples: opens,
    decides: new Set([
      ...OF_CALL,
      ...['evt.is_open_read', 'evt.is_open_write', 'evt.is_open_create', 'fd.type', 'fd.typechar', 'file.type', 'file.created', 'fd.num'],
    ]),
    makesDescriptor: true,
    values: { ...OF_PROCESS, 'fd.name': path('path'), 'fs.path.name': path('path') },
  },
  // fd.name: of a Unix socket.
  'net.connect': {
    classes: 3 * FAMILIES.length,
    samples: connections,
    decides: new Set([...OF_CALL, 'fd.type', 'fd.typechar', 'fd.l4proto', 'fd.sockfamily', 'fd.is_server']),
    makesDescriptor: false,
    values: {
      ...OF_PROCESS,
      ...{ 'fd.name': path('path'), 'fd.sport': number('number'), 'fd.rport': number('number') },
      ...{ 'fd.sip': address, 'fd.rip': address, 'fd.snet': address, 'fd.rnet': address },
    },
  },
  'mount.mount': { ...ofTypes(MOUNT_TYPES), values: { ...OF_PROCESS, 'mount.target': path('path'), 'mount.fstype': text('name') } },
  'inject.ptrace': {
    classes: TRACE_REQUESTS.length,
    samples: (index) => TRACE_REQUESTS.slice(index, index + 1).map((request) => done({ type: 'ptrace', request })),
    decides: new Set([...OF_CALL, 'evt.arg.request', 'evt.rawarg.request']),
    makesDescriptor: false,
    values: { ...OF_PROCESS, 'target.name': name('name') },
  },
  'kernel.bpf': {
    classes: BPF_COMMANDS,
    samples: (command) => [0, 3].map((result) => done({ type: 'bpf', command, result })),
    decides: new Set([...OF_CALL, 'evt.arg.cmd', 'evt.rawarg.cmd', 'fd.num']),
    makesDescriptor: true,
    values: OF_PROCESS,
  },
  'kernel.module': { ...ofTypes(MODULE_TYPES), values: { ...OF_PROCESS, 'module.path': path('path') } },
  // The user is the one that the process would become.
  'cred.set_ids': { ...ofTypes(ID_TYPES), values: OF_PROCESS },
}
