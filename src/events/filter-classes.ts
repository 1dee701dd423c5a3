/**
 * Classes: the finite facts of an event, as one small number, by which the kernel side rules out most events with one look-up.
 * The kernel side (open_class(), socket_class() and new_socket_class()) computes the same number; the live tests of filters compare the two.
 */
import type { RecordValue, RecordValues } from './encode.ts'
import { HEADER_FLAGS } from './header.ts'
import type { KindName } from './kinds.ts'
import type { HeaderRecord, RecordByKind } from './records.gen.ts'
import { FAMILY, FILE_FLAGS } from './shared-fields.ts'

/** How a call ended: a result of 0 or more, EINPROGRESS, any other error. */
export type Outcome = 'ok' | 'in progress' | 'failed'

/** One fact: a few values, of which an event has one. */
interface Fact<R> {
  readonly name: string
  readonly values: number
  readonly of: (record: R) => number
  /** Fields of a record with that value. */
  readonly sample: (value: number) => RecordValues
  /** Where the fact says how the call ended: by value. */
  readonly outcomes?: readonly Outcome[]
}

/** The facts of one kind; the first is the lowest part of the number. */
export interface Classes<R = never> {
  readonly facts: readonly Fact<R>[]
  /** Fields of the vocabulary that are equal for every event of a class. */
  readonly decides: readonly string[]
  /** Fields of which that holds for some classes: for which. */
  readonly decidesFor?: Readonly<Record<string, (number: number) => boolean>>
  /** Fields that are negative where the call failed, and only there. */
  readonly signs: readonly string[]
}

/** A kind can not have more classes; the last number stands for a class that can not be told. */
export const MAX_CLASSES = 127

const O_WRONLY = 1
const O_RDWR = 2
const O_PATH = 0o10_000_000
const O_TMPFILE = 0o20_000_000
const O_DIRECTORY = 0o200_000
const ACCESS_MODE = 3
const S_IFMT = 0o170_000
const S_IFREG = 0o100_000
const S_IFDIR = 0o040_000
const S_IFIFO = 0o010_000
const EACCES = 13
const EINPROGRESS = 115

type Opened = RecordByKind['file.open'] & HeaderRecord

/** 0 nothing (O_PATH), 1 read, 2 write, 3 both. */
function accessOf({ openFlags }: Opened): number {
  if ((openFlags & O_PATH) !== 0) return 0
  const mode = openFlags & ACCESS_MODE
  return (mode === O_WRONLY ? 0 : 1) | (mode === 0 ? 0 : 2)
}

const ACCESS_FLAGS = [O_PATH, 0, O_WRONLY, O_RDWR] as const

const isCreated = ({ fileFlags, openFlags, result }: Opened): boolean =>
  (fileFlags & FILE_FLAGS.created) !== 0 || ((openFlags & O_TMPFILE) === O_TMPFILE && result >= 0)

/** 0 other, 1 regular, 2 directory. */
function typeOf({ fileMode, openFlags }: Opened): number {
  if (fileMode === 0) return (openFlags & O_DIRECTORY) === 0 ? 0 : 2
  return (fileMode & S_IFMT) === S_IFREG ? 1 : (fileMode & S_IFMT) === S_IFDIR ? 2 : 0
}

const OPEN: Classes<Opened> = {
  facts: [
    { name: 'access', values: 4, of: accessOf, sample: (value) => ({ openFlags: ACCESS_FLAGS[value] }) },
    {
      name: 'outcome',
      values: 2,
      of: ({ result }) => (result < 0 ? 1 : 0),
      sample: (value) => ({ result: value === 0 ? 3 : -EACCES, flags: HEADER_FLAGS.hasResult }),
      outcomes: ['ok', 'failed'],
    },
    {
      name: 'created',
      values: 2,
      of: (record) => Number(isCreated(record)),
      sample: (value) => ({ fileFlags: value * FILE_FLAGS.created }),
    },
    { name: 'type', values: 3, of: typeOf, sample: (value) => ({ fileMode: [S_IFIFO, S_IFREG, S_IFDIR][value] }) },
    {
      name: 'memory',
      values: 2,
      of: ({ fileFlags }) => Number((fileFlags & FILE_FLAGS.processMemory) !== 0),
      sample: (value) => ({ fileFlags: value * FILE_FLAGS.processMemory }),
    },
  ],
  // What io_uring and 32-bit programs open is not filtered: whatever is, is neither.
  decides: [
    'evt.is_uring',
    'evt.is_compat',
    'evt.is_open_read',
    'evt.is_open_write',
    'evt.is_open_create',
    'evt.failed',
    'fd.type',
    'fd.typechar',
    'file.process_memory',
  ],
  signs: ['evt.rawres', 'fd.num'],
}

type Socket = RecordByKind['net.connect'] & HeaderRecord

/** Of any other family or none: 0. */
const FAMILIES: readonly number[] = [0, FAMILY.unix, FAMILY.inet, FAMILY.inet6]

const NET: Classes<Socket> = {
  facts: [
    {
      name: 'family',
      values: 4,
      of: ({ family }) => Math.max(0, FAMILIES.indexOf(family)),
      sample: (value) => ({ family: FAMILIES[value] }),
    },
    {
      name: 'outcome',
      values: 3,
      of: ({ result }) => (result >= 0 ? 0 : result === -EINPROGRESS ? 1 : 2),
      sample: (value) => ({ result: [0, -EINPROGRESS, -EACCES][value], flags: HEADER_FLAGS.hasResult }),
      outcomes: ['ok', 'in progress', 'failed'],
    },
  ],
  decides: ['evt.failed'],
  signs: ['evt.rawres'],
}

type Made = RecordByKind['net.socket'] & HeaderRecord

/** SOCK_STREAM, SOCK_DGRAM, SOCK_RAW; any other type: 3. */
const SOCKET_FORMS: readonly number[] = [1, 2, 3]
const SOCK_SEQPACKET = 5
const SOCK_TYPE_MASK = 0xf
const SOCKET_CLASSES_OF_FORM = 12

function formOf({ socketType }: Made): number {
  const form = SOCKET_FORMS.indexOf(socketType & SOCK_TYPE_MASK)
  return form < 0 ? SOCKET_FORMS.length : form
}

/** What a new socket was asked to be. */
const MADE: Classes<Made> = {
  ...(NET as Classes<Made>),
  facts: [
    ...(NET as Classes<Made>).facts,
    { name: 'form', values: 4, of: formOf, sample: (value) => ({ socketType: [...SOCKET_FORMS, SOCK_SEQPACKET][value] }) },
  ],
  decidesFor: {
    'evt.arg.domain': (number) => number % FAMILIES.length !== 0,
    'evt.arg.type': (number) => Math.floor(number / SOCKET_CLASSES_OF_FORM) < SOCKET_FORMS.length,
  },
}

/** What fd.type can be of a socket of the class; undefined stands for none. An address of IPv4 may come through a socket of IPv6. */
export function socketTypesOf(number: number): readonly (string | undefined)[] {
  return SOCKET_TYPES[number % FAMILIES.length] ?? []
}

/** In the order of FAMILIES. */
const SOCKET_TYPES: readonly (readonly (string | undefined)[])[] = [
  [undefined, 'netlink', 'packet'],
  ['unix'],
  [undefined, 'ipv4'],
  [undefined, 'ipv4', 'ipv6'],
]

/** The kinds of which the kernel side tests both ends of the socket. */
export const SOCKET_KINDS: readonly KindName[] = [
  'net.connect',
  'net.accept',
  'net.bind',
  'net.listen',
  'net.send',
  'net.recv',
  'net.shutdown',
]

/** The kinds that have classes. Others are of class 0. */
export const CLASSES: ReadonlyMap<KindName, Classes> = new Map<KindName, Classes>([
  ['file.open', OPEN as Classes],
  ['net.socket', MADE as Classes],
  ...SOCKET_KINDS.map((kind) => [kind, NET as Classes] as const),
])

export const classCount = ({ facts }: Classes): number => facts.reduce((count, { values }) => count * values, 1)

/** The class of a record of the kind. */
export function classOf(kind: KindName, record: HeaderRecord): number {
  const facts = CLASSES.get(kind)?.facts ?? []
  return facts.reduceRight((number, { values, of }) => number * values + of(record as never), 0)
}

/** What each fact is in a class, in their order. */
function valuesOf({ facts }: Classes, number: number): number[] {
  let rest = number
  return facts.map(({ values }) => {
    const value = rest % values
    rest = Math.floor(rest / values)
    return value
  })
}

export function outcomeOf(classes: Classes, number: number): Outcome | undefined {
  const values = valuesOf(classes, number)
  return classes.facts.flatMap(({ outcomes }, index) => outcomes?.[values[index] as number] ?? [])[0]
}

/** Fields of a record that has the class: numbers of several facts are bits, and added. */
export function sampleOfClass(classes: Classes, number: number): RecordValues {
  const sample: Record<string, RecordValue> = {}
  for (const [index, value] of valuesOf(classes, number).entries())
    for (const [name, part] of Object.entries(classes.facts[index]?.sample(value) ?? {}))
      sample[name] = Number(sample[name] ?? 0) + Number(part ?? 0)
  return sample
}
