/** What the kernel side denies, as the entries of one half of its tables; see native/bpf/lib/3-deny.h. */
import { DENIAL_FACTS, DENIAL_FACTS_OF, DENIAL_KINDS, type DenialTerm, type SureValue } from '../../../events/denial.ts'
import { KINDS } from '../../../events/kinds.ts'
import { withShorterPrefixes } from './prefix-masks.ts'
import { hashOf } from './text-hash.ts'

export interface DenialSettings {
  /** Full paths of programs to whose processes nothing is denied; a longer one than `MAX_SURE_TEXT` is not known there. `anybodys`: whoever runs them. */
  readonly exempt: { readonly anybodys: readonly string[]; readonly ofRoot: readonly string[] }
  /** Inode of the mount namespace of the host. */
  readonly hostMntNs: number
  /** Terms that act do deny; else all are only told. */
  readonly act: boolean
}

export interface Table {
  readonly keys: Buffer
  readonly values: Buffer
}

export type DenialTables = Readonly<Record<'deny_kinds' | 'deny_classes' | 'deny_values' | 'deny_prefixes', Table>>

const KIND_NUMBERS = 128
const CLASS_NUMBERS = 128
const KIND_BYTES = 168
const HOST_MNT_NS_AT = 160
const KEY_BYTES = 16
const PREFIX_BYTES = 100
const PREFIX_LENGTH_BYTES = 4
/** Of a key: the bytes behind its length and before its text. */
const PREFIX_HEAD_BITS = 32
/** Beside a fact in a key. */
const NOT = 0x80
const EXEMPT = 0x7f
const EXEMPT_BITS = { anybodys: 1n, ofRoot: 2n } as const

/** By place in the list of its kind, a term is a bit: the same in `terms` of a kind as in what the kernel side tells. */
export function denialTables(terms: readonly DenialTerm[], { exempt, hostMntNs, act }: DenialSettings, half: number): DenialTables {
  const kinds = numbered(
    IDS.map((id) => half * KIND_NUMBERS + id),
    KIND_BYTES,
  )
  const classes = numbered(
    IDS.flatMap((id) => range(CLASS_NUMBERS).map((number) => (half * KIND_NUMBERS + id) * CLASS_NUMBERS + number)),
    8,
  )
  const values = new Map<string, bigint>()
  const prefixes = new Map<string, bigint>()
  for (const [place, kind] of DENIAL_KINDS.entries()) {
    const own = terms.filter((term) => term.kind === kind)
    const id = IDS[place] ?? 0
    const at = KIND_BYTES * place
    const maskOf = (holds: (term: DenialTerm) => boolean): bigint =>
      own.reduce((mask, term, index) => (holds(term) ? mask | (1n << BigInt(index)) : mask), 0n)
    for (let number = 0; number < DENIAL_FACTS_OF[kind].classes; number++)
      classes.values.writeBigUInt64LE(
        maskOf((term) => term.classes[number] === true),
        8 * (place * CLASS_NUMBERS + number),
      )
    const masks = [
      maskOf(() => true),
      maskOf(({ acts }) => acts && act),
      maskOf(({ onHost }) => onHost),
      maskOf(({ tests }) => tests.path?.any?.some(({ kind }) => kind === 'beginning') ?? false),
      ...DENIAL_FACTS.flatMap((fact) => [
        maskOf(({ tests }) => tests[fact]?.any !== undefined),
        maskOf(({ tests }) => (tests[fact]?.none.length ?? 0) > 0),
      ]),
    ]
    for (const [index, mask] of masks.entries()) kinds.values.writeBigUInt64LE(mask, at + 8 * index)
    kinds.values.writeUInt32LE(hostMntNs, at + HOST_MNT_NS_AT)
    for (const [index, { tests }] of own.entries())
      for (const [what, fact] of DENIAL_FACTS.entries()) {
        const add = (value: SureValue, flag: number): void =>
          addValue({ values, prefixes, half, kind: id, what: what | flag, bit: 1n << BigInt(index) }, value)
        for (const value of tests[fact]?.any ?? []) add(value, 0)
        for (const value of tests[fact]?.none ?? []) add(value, NOT)
      }
  }
  for (const whose of ['anybodys', 'ofRoot'] as const)
    for (const text of exempt[whose])
      addValue({ values, prefixes, half, kind: 0, what: EXEMPT, bit: EXEMPT_BITS[whose] }, { kind: 'text', text })
  return { deny_kinds: kinds, deny_classes: classes, deny_values: packed(values), deny_prefixes: prefixTable(prefixes) }
}

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, number) => number)

/** Those of the kinds that can be denied: all of them, so that nothing older is left. */
const IDS = DENIAL_KINDS.map((kind) => KINDS.find(({ name }) => name === kind)?.id ?? 0)

/** Entries of an array, zeroed. */
function numbered(indexes: readonly number[], bytes: number): Table {
  const keys = Buffer.alloc(4 * indexes.length)
  for (const [at, index] of indexes.entries()) keys.writeUInt32LE(index, 4 * at)
  return { keys, values: Buffer.alloc(bytes * indexes.length) }
}

interface Place {
  readonly half: number
  readonly kind: number
  readonly what: number
}

interface Into extends Place {
  readonly values: Map<string, bigint>
  readonly prefixes: Map<string, bigint>
  readonly bit: bigint
}

function addValue({ values, prefixes, bit, ...place }: Into, value: SureValue): void {
  switch (value.kind) {
    case 'number':
      join(values, keyOf(place, 0, BigInt(value.number)), bit)
      break
    case 'text':
      join(values, keyOf(place, 0, hashOf(Buffer.from(value.text))), bit)
      break
    case 'beginning':
      join(prefixes, bitsOf(place, 0, Buffer.from(value.text), 8 * value.text.length), bit)
      break
    case 'net':
      join(prefixes, bitsOf(place, value.bytes.length === 4 ? 4 : 6, value.bytes, value.bits), bit)
      break
    default:
      value satisfies never
  }
}

const join = (masks: Map<string, bigint>, key: string, bits: bigint): void => void masks.set(key, (masks.get(key) ?? 0n) | bits)

/** `struct filter_key`, as text. */
function keyOf({ half, kind, what }: Place, extra: number, value: bigint): string {
  const key = Buffer.alloc(KEY_BYTES)
  key.set([half, kind])
  key.writeUInt16LE(what, 2)
  key.writeUInt32LE(extra, 4)
  key.writeBigUInt64LE(value, 8)
  return key.toString('latin1')
}

/** The bits that count of a `struct deny_prefix`, a character each. */
function bitsOf({ half, kind, what }: Place, family: number, bytes: Uint8Array, bits: number): string {
  const text = [half, kind, what, family, ...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return text.slice(0, PREFIX_HEAD_BITS + bits)
}

function prefixTable(masks: ReadonlyMap<string, bigint>): Table {
  const full = [...withShorterPrefixes(masks)]
  const keys = Buffer.alloc(PREFIX_BYTES * full.length)
  const values = Buffer.alloc(8 * full.length)
  for (const [index, [bits, mask]] of full.entries()) {
    keys.writeUInt32LE(bits.length, PREFIX_BYTES * index)
    for (let at = 0; at < bits.length; at += 8)
      keys.writeUInt8(Number.parseInt(bits.slice(at, at + 8).padEnd(8, '0'), 2), PREFIX_BYTES * index + PREFIX_LENGTH_BYTES + at / 8)
    values.writeBigUInt64LE(mask, 8 * index)
  }
  return { keys, values }
}

function packed(values: ReadonlyMap<string, bigint>): Table {
  const bits = Buffer.alloc(8 * values.size)
  for (const [index, mask] of [...values.values()].entries()) bits.writeBigUInt64LE(mask, 8 * index)
  return { keys: Buffer.from([...values.keys()].join(''), 'latin1'), values: bits }
}
