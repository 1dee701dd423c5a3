/** An interest as entries of the kernel side's tables (native/bpf/lib/2-terms.h): terms are bits, by their place in the list. */

import { encodeText } from '../../../events/encode.ts'
import { CLASSES, classCount, MAX_CLASSES, SOCKET_KINDS } from '../../../events/filter-classes.ts'
import { type AddressRange, type Interest, MAX_TERMS, type PathTests, PREFIX_BYTES, type Term } from '../../../events/interest.ts'
import { KINDS, type KindName } from '../../../events/kinds.ts'
import { satisfiesPath } from '../../../events/path-tests.ts'
import { NO_NAME } from '../../../events/process-name.ts'
import { withShorterPrefixes } from './prefix-masks.ts'
import { hashOf, hashOfName, hashOfTail } from './text-hash.ts'

/** A file that a rule names, by the numbers of its inode; `dev` as records have it. */
export interface KnownInode {
  readonly dev: number
  readonly ino: number
  /** The path that the rule has. */
  readonly path: string
}

/** Keys and values of one map, packed. */
export interface Entries {
  readonly map: string
  readonly keys: Buffer
  readonly values: Buffer
}

/** What the key of filter_values names: enum of 2-terms.h. */
const TEST = { name: 1, parent: 2, last: 3, exact: 4, suffix: 5, inode: 6, comm: 7, uid: 8, port: 9 } as const

const FILTER_KINDS = 128
const CLASS_NUMBERS = MAX_CLASSES + 1
const KIND_FILTER_BYTES = 96
const VALUE_KEY_BYTES = 16
const PREFIX_KEY_BYTES = 100
const NET_KEY_BYTES = 24
const MAX_SUFFIX = 32
const SUFFIX_LENGTHS = 8
/** Room of one half in each table, for all kinds together: half of what 2-terms.h gives them. */
const ROOM = { values: 65_536, prefixes: 32_768, nets: 32_768 } as const
const ALL = 0xffff_ffff_ffff_ffffn
const SLASH = 0x2f
const SKETCH_WORDS = 2048

const KIND_ID: ReadonlyMap<KindName, number> = new Map(KINDS.map(({ name, id }) => [name, id]))

/** All entries of one half, 0 or 1. Kinds whose interest is too large are in `unfiltered`: for them everything passes. */
export function tablesOf(
  interest: Interest,
  inodes: readonly KnownInode[],
  half: number,
): { readonly entries: readonly Entries[]; readonly unfiltered: readonly KindName[] } {
  const kinds = [...interest].map(([kind, terms]) => ({ kind, terms, table: kindTable(kind, terms, inodes) }))
  const written = withRoom(kinds)
  return {
    entries: [classEntries(written, half), kindEntries(written, half), sketchEntries(written, half), ...looseEntries(written, half)],
    unfiltered: kinds.filter((kind) => !written.includes(kind)).map(({ kind }) => kind),
  }
}

/** The smallest first, as many as fit together. */
function withRoom(kinds: readonly Written[]): readonly Written[] {
  const left = { ...ROOM } as Record<keyof typeof ROOM, number>
  const names = Object.keys(ROOM) as (keyof typeof ROOM)[]
  return kinds
    .toSorted((a, b) => sizeOf(a.table) - sizeOf(b.table))
    .filter(({ terms, table }) => {
      if (terms.length > MAX_TERMS || names.some((name) => table[name].size > left[name])) return false
      for (const name of names) left[name] -= table[name].size
      return true
    })
}

/** What one kind needs. `values` by `test:extra:value`, `prefixes` by their bytes as Latin-1, `nets` by family and bits as digits. */
interface KindTable {
  readonly values: Map<string, bigint>
  readonly prefixes: Map<string, bigint>
  readonly nets: Map<string, bigint>
  readonly suffixes: Set<number>
  readonly masks: Record<'uid' | 'comm' | 'path' | 'parent' | 'whole' | 'blind' | 'tail' | 'net' | 'port' | 'counting', bigint>
}

const sizeOf = ({ values, prefixes, nets }: KindTable): number => values.size + prefixes.size + nets.size

function kindTable(kind: KindName, terms: readonly Term[], inodes: readonly KnownInode[]): KindTable {
  const table: KindTable = {
    values: new Map(),
    prefixes: new Map(),
    nets: new Map(),
    suffixes: suffixLengths(terms),
    masks: { uid: 0n, comm: 0n, path: 0n, parent: 0n, whole: 0n, blind: 0n, tail: 0n, net: 0n, port: 0n, counting: 0n },
  }
  const hasEnds = SOCKET_KINDS.includes(kind)
  for (const [index, term] of terms.entries()) addTerm(table, hasEnds ? term : withoutEnds(term), 1n << BigInt(index))
  if (kind === 'file.open') for (const inode of inodes) addInode(table, terms, inode)
  return table
}

const withoutEnds = ({ nets: _, ports: __, ...term }: Term): Term => term

function addTerm(table: KindTable, { path, comms, uids, nets, ports, countsRepeats }: Term, bit: bigint): void {
  if (path !== undefined && !isAnyPath(path)) addPath(table, path, bit)
  // Which program a thread of that name belongs to the kernel side cannot tell: the rules do.
  for (const comm of comms === undefined ? [] : [...comms, NO_NAME])
    addValue(table, TEST.comm, 0, hashOf(encodeText(comm).subarray(0, 15)), bit)
  for (const uid of uids ?? []) addValue(table, TEST.uid, 0, BigInt(uid), bit)
  for (const port of ports ?? []) addValue(table, TEST.port, 0, BigInt(port), bit)
  for (const net of nets ?? []) add(table.nets, netText(net), bit)
  const { masks } = table
  if (comms !== undefined) masks.comm |= bit
  if (uids !== undefined) masks.uid |= bit
  if (ports !== undefined) masks.port |= bit
  if (nets !== undefined) masks.net |= bit
  if (countsRepeats) masks.counting |= bit
}

/** An empty text begins and ends every path: a length of 0 would end the kernel side's list of lengths. */
const isAnyPath = ({ prefixes, suffixes }: PathTests): boolean => prefixes.includes('') || suffixes.includes('')

function addPath(table: KindTable, { exact, prefixes, suffixes, names, parents }: PathTests, bit: bigint): void {
  const { masks } = table
  masks.path |= bit
  if (parents.length > 0) masks.parent |= bit
  if (exact.length + prefixes.length + suffixes.length > 0) masks.whole |= bit
  for (const name of names) addValue(table, TEST.name, 0, hashOfName(encodeText(name)), bit)
  for (const name of parents) addValue(table, TEST.parent, 0, hashOfName(encodeText(name)), bit)
  for (const path of exact) {
    const bytes = encodeText(path)
    addValue(table, TEST.exact, bytes.length, hashOfTail(bytes), bit)
    addLast(table, bytes, bit)
  }
  for (const prefix of prefixes) add(table.prefixes, encodeText(prefix).subarray(0, PREFIX_BYTES).toString('latin1'), bit)
  if (prefixes.length > 0) masks.blind |= bit
  for (const suffix of suffixes) addSuffix(table, encodeText(suffix), bit)
}

/** Where it has a component that is whole, that one tells beforehand. */
function addSuffix(table: KindTable, bytes: Buffer, bit: bigint): void {
  const length = Math.max(0, ...[...table.suffixes].filter((one) => one <= bytes.length))
  addValue(table, TEST.suffix, length, hashOfTail(bytes.subarray(bytes.length - length)), bit)
  if (bytes.includes(SLASH)) addLast(table, bytes, bit)
  else {
    table.masks.blind |= bit
    table.masks.tail |= bit
  }
}

/** The last component tells beforehand. No path ends with a slash but that of a root, which always passes. */
function addLast(table: KindTable, bytes: Buffer, bit: bigint): void {
  const slash = bytes.lastIndexOf(SLASH)
  if (slash < bytes.length - 1) addValue(table, TEST.last, 0, hashOfName(bytes.subarray(slash + 1)), bit)
}

/** At most eight lengths, the shortest: longer suffixes are compared by as much of their end. */
function suffixLengths(terms: readonly Term[]): Set<number> {
  const lengths = terms.flatMap(({ path }) => path?.suffixes.map((suffix) => Math.min(encodeText(suffix).length, MAX_SUFFIX)) ?? [])
  return new Set(
    [...new Set(lengths)]
      .filter((length) => length > 0)
      .sort((a, b) => a - b)
      .slice(0, SUFFIX_LENGTHS),
  )
}

/** The file by any path is what the named path is to the rules; by which path it was opened, it may satisfy others. */
function addInode(table: KindTable, terms: readonly Term[], { dev, ino, path }: KnownInode): void {
  const bits = terms.reduce((mask, term, index) => (term.path && satisfiesPath(term.path, path) ? mask | (1n << BigInt(index)) : mask), 0n)
  if (bits !== 0n) addValue(table, TEST.inode, dev, BigInt(ino), bits)
}

const addValue = (table: KindTable, test: number, extra: number, value: bigint, bit: bigint): void =>
  add(table.values, `${test}:${extra}:${value}`, bit)

function add(masks: Map<string, bigint>, key: string, bit: bigint): void {
  masks.set(key, (masks.get(key) ?? 0n) | bit)
}

/** `4` or `6`, then the bits that count. */
function netText({ bytes, bits }: AddressRange): string {
  const digits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return `${bytes.length === 4 ? '4' : '6'}${digits.slice(0, bits)}`
}

interface Written {
  readonly kind: KindName
  readonly terms: readonly Term[]
  readonly table: KindTable
}

/** Every class of every kind, so that nothing of an older generation is left in the half. */
function classEntries(written: readonly Written[], half: number): Entries {
  const count = FILTER_KINDS * CLASS_NUMBERS
  const keys = Buffer.alloc(4 * count)
  const values = Buffer.alloc(8 * count)
  for (let index = 0; index < count; index++) keys.writeUInt32LE(half * count + index, 4 * index)
  for (const { kind, terms } of written) {
    const classes = CLASSES.get(kind)
    const last = classes === undefined ? 1 : classCount(classes)
    const first = (KIND_ID.get(kind) ?? 0) * CLASS_NUMBERS
    for (let number = 0; number < last; number++) values.writeBigUInt64LE(classMask(terms, number), 8 * (first + number))
    values.writeBigUInt64LE((1n << BigInt(terms.length)) - 1n, 8 * (first + MAX_CLASSES))
  }
  return { map: 'filter_classes', keys, values }
}

const classMask = (terms: readonly Term[], number: number): bigint =>
  terms.reduce((mask, { classes }, index) => (classes?.[number] === false ? mask : mask | (1n << BigInt(index))), 0n)

/** All words of the half: every key of `filter_values` sets its two bits. */
function sketchEntries(written: readonly Written[], half: number): Entries {
  const words = new BigUint64Array(SKETCH_WORDS)
  const keys = Buffer.alloc(4 * SKETCH_WORDS)
  for (let word = 0; word < SKETCH_WORDS; word++) keys.writeUInt32LE(half * SKETCH_WORDS + word, 4 * word)
  for (const { kind, table } of written)
    for (const text of table.values.keys()) {
      const { word, bits } = sketchOf(KIND_ID.get(kind) ?? 0, text)
      words[word] = (words[word] as bigint) | bits
    }
  return { map: 'filter_sketch', keys, values: Buffer.from(words.buffer) }
}

/** As is_sketched() in 2-terms.h. */
function sketchOf(kind: number, text: string): { readonly word: number; readonly bits: bigint } {
  const [test = '', , value = ''] = text.split(':')
  const hash = ((BigInt(value) + BigInt((kind << 8) | Number(test)) * 0xff51_afd7_ed55_8ccdn) * 0x9e37_79b9_7f4a_7c15n) & ALL
  return { word: Number(hash >> 53n), bits: (1n << ((hash >> 32n) & 63n)) | (1n << ((hash >> 40n) & 63n)) }
}

function kindEntries(written: readonly Written[], half: number): Entries {
  const keys = Buffer.alloc(4 * FILTER_KINDS)
  const values = Buffer.alloc(KIND_FILTER_BYTES * FILTER_KINDS)
  for (let index = 0; index < FILTER_KINDS; index++) keys.writeUInt32LE(half * FILTER_KINDS + index, 4 * index)
  for (const { kind, table } of written) {
    const at = KIND_FILTER_BYTES * (KIND_ID.get(kind) ?? 0)
    const { uid, comm, path, parent, whole, blind, tail, net, port, counting } = table.masks
    for (const [index, mask] of [ALL, uid, comm, path, parent, whole, blind, tail, net, port].entries())
      values.writeBigUInt64LE(mask, at + 8 * index)
    values.set([...table.suffixes], at + 80)
    values.writeBigUInt64LE(counting, at + 88)
  }
  return { map: 'filter_kinds', keys, values }
}

function looseEntries(written: readonly Written[], half: number): Entries[] {
  const ofAll = (map: string, bytes: number, keysOf: (table: KindTable, kind: number) => (readonly [Buffer, bigint])[]): Entries => {
    const pairs = written.flatMap(({ kind, table }) => keysOf(table, KIND_ID.get(kind) ?? 0))
    const values = Buffer.alloc(8 * pairs.length)
    for (const [index, [, mask]] of pairs.entries()) values.writeBigUInt64LE(mask, 8 * index)
    return {
      map,
      keys: Buffer.concat(
        pairs.map(([key]) => key),
        bytes * pairs.length,
      ),
      values,
    }
  }
  return [
    ofAll('filter_values', VALUE_KEY_BYTES, ({ values }, kind) => [...values].map(([text, mask]) => [valueKey(half, kind, text), mask])),
    ofAll('filter_prefixes', PREFIX_KEY_BYTES, ({ prefixes }, kind) =>
      [...withShorterPrefixes(prefixes)].map(([text, mask]) => [prefixKey(half, kind, text), mask]),
    ),
    ofAll('filter_nets', NET_KEY_BYTES, ({ nets }, kind) =>
      [...withShorterPrefixes(nets)].map(([text, mask]) => [netKey(half, kind, text), mask]),
    ),
  ]
}

function valueKey(half: number, kind: number, text: string): Buffer {
  const [test = '', extra = '', value = ''] = text.split(':')
  const key = Buffer.alloc(VALUE_KEY_BYTES)
  key.set([half, kind, Number(test)])
  key.writeUInt32LE(Number(extra), 4)
  key.writeBigUInt64LE(BigInt(value), 8)
  return key
}

function prefixKey(half: number, kind: number, text: string): Buffer {
  const key = Buffer.alloc(PREFIX_KEY_BYTES)
  key.writeUInt32LE(16 + 8 * text.length)
  key.set([half, kind], 4)
  key.write(text, 6, 'latin1')
  return key
}

function netKey(half: number, kind: number, text: string): Buffer {
  const key = Buffer.alloc(NET_KEY_BYTES)
  const digits = text.slice(1)
  key.writeUInt32LE(32 + digits.length)
  key.set([half, kind, Number(text[0])], 4)
  for (let bit = 0; bit < digits.length; bit++)
    if (digits[bit] === '1') key[8 + (bit >> 3)] = (key[8 + (bit >> 3)] as number) | (0x80 >> (bit & 7))
  return key
}
