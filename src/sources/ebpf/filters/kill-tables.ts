/** Whom the kernel side kills at the hook, written into the half of its tables that is not in use and then switched on at once; see native/bpf/lib/3-kill.h. */
import { KILL_FACTS, KILL_KINDS, type KillKind, type KillTerm, type ValueTest } from '../../../events/kernel-kill.ts'
import { KINDS } from '../../../events/kinds.ts'
import type { Addon, SensorHandle } from '../addon.ts'
import { hashOf, hashOfTail } from './text-hash.ts'

/** A program; `dev` as records have it. */
export interface ExemptProgram {
  readonly dev: number
  readonly ino: number
}

export interface Exempt {
  /** Not killed where root runs them, or a process that became of root's, in the mount namespace of the host. */
  readonly ofRoot: readonly ExemptProgram[]
  /** Number of that namespace; 0: it is not known, and nobody is exempt. */
  readonly hostMntNs: number
  /** Not killed where the agent started them. */
  readonly ofAgent: readonly ExemptProgram[]
}

const NOBODY: Exempt = { ofRoot: [], hostMntNs: 0, ofAgent: [] }
/** Of 3-kill.h. */
const EXEMPT_CHILDREN = 1n << 32n

/** Returns 0 or an errno: then nobody is killed. No terms: nobody. */
export type SetKernelKill = (terms: readonly KillTerm[], exempt?: Exempt) => number

const KIND_NUMBERS = 128
const CLASS_NUMBERS = 128
const KIND_BYTES = 56
const KEY_BYTES = 16
/** The enum of 3-kill.h; the test that it is none of the values is the next one. */
const TEST = { exe: 1, comm: 3, uid: 5 } as const
const EXEMPT = 7

export function createKernelKill(addon: Addon, handle: SensorHandle): SetKernelKill {
  let generation = 0
  const before: [Buffer, Buffer] = [Buffer.alloc(0), Buffer.alloc(0)]

  function use(number: number): number {
    const value = Buffer.alloc(4)
    value.writeUInt32LE(number)
    return addon.writeMap(handle, 'kill_generation', Buffer.alloc(4), value)
  }

  return (terms, exempt = NOBODY) => {
    if (terms.length === 0) return use(0)
    generation += generation === 0 ? 2 : 1
    const half = (generation & 1) as 0 | 1
    addon.clearMap(handle, 'kill_values', before[half])
    const { kinds, classes, values } = tablesOf(terms, exempt, half)
    before[half] = values.keys
    for (const [map, table] of Object.entries({ kill_kinds: kinds, kill_classes: classes, kill_values: values })) {
      const errno = addon.writeMap(handle, map, table.keys, table.values)
      if (errno === 0) continue
      use(0)
      return errno
    }
    return use(generation)
  }
}

interface Table {
  readonly keys: Buffer
  readonly values: Buffer
}

function tablesOf(
  terms: readonly KillTerm[],
  { ofRoot, hostMntNs, ofAgent }: Exempt,
  half: number,
): Readonly<Record<'kinds' | 'classes' | 'values', Table>> {
  const kinds = numbered(half * KIND_NUMBERS, KIND_NUMBERS, KIND_BYTES)
  const classes = numbered(half * KIND_NUMBERS * CLASS_NUMBERS, KIND_NUMBERS * CLASS_NUMBERS, 8)
  const values = new Map<string, bigint>()
  for (const kind of KILL_KINDS) {
    const own = terms.filter((term) => term.kind === kind)
    const id = idOf(kind)
    for (let number = 0; number < KILL_FACTS[kind].classes; number++) {
      const mask = own.reduce((bits, term, index) => (term.classes[number] === true ? bits | (1n << BigInt(index)) : bits), 0n)
      classes.values.writeBigUInt64LE(mask, 8 * (id * CLASS_NUMBERS + number))
    }
    const masks = kindMasks(own, (what, extra, value, bit) => add(values, keyOf({ half, kind: id, what, extra, value }), bit))
    for (const [index, mask] of masks.entries()) kinds.values.writeBigUInt64LE(mask, KIND_BYTES * id + 8 * index)
  }
  const exempt = (all: readonly ExemptProgram[], bits: bigint): void => {
    for (const { dev, ino } of all) add(values, keyOf({ half, kind: 0, what: EXEMPT, extra: dev, value: BigInt(ino) }), bits)
  }
  exempt(ofRoot, BigInt(hostMntNs))
  exempt(ofAgent, EXEMPT_CHILDREN)
  return { kinds, classes, values: packed(values) }
}

/** All entries of a half of an array, so that nothing older is left in it. */
function numbered(first: number, count: number, bytes: number): Table {
  const keys = Buffer.alloc(4 * count)
  for (let index = 0; index < count; index++) keys.writeUInt32LE(first + index, 4 * index)
  return { keys, values: Buffer.alloc(bytes * count) }
}

type AddValue = (what: number, extra: number, value: bigint, bit: bigint) => void

/** In the order of `struct kill_kind`. */
function kindMasks(terms: readonly KillTerm[], addValue: AddValue): readonly bigint[] {
  const masks = { terms: 0n, exe: 0n, exeNot: 0n, comm: 0n, commNot: 0n, uid: 0n, uidNot: 0n }
  for (const [index, { exe, comm, uid }] of terms.entries()) {
    const bit = 1n << BigInt(index)
    masks.terms |= bit
    const test = <V>(
      given: ValueTest<V> | undefined,
      name: 'exe' | 'comm' | 'uid',
      of: (value: V) => readonly [extra: number, value: bigint],
    ): void => {
      if (given?.in !== undefined) masks[name] |= bit
      if (given !== undefined && given.not.length > 0) masks[`${name}Not`] |= bit
      for (const value of given?.in ?? []) addValue(TEST[name], ...of(value), bit)
      for (const value of given?.not ?? []) addValue(TEST[name] + 1, ...of(value), bit)
    }
    test(exe, 'exe', (text) => [text.length, hashOfTail(Buffer.from(text))])
    test(comm, 'comm', (text) => [0, hashOf(Buffer.from(text))])
    test(uid, 'uid', (number) => [0, BigInt(number)])
  }
  return Object.values(masks)
}

const idOf = (kind: KillKind): number => KINDS.find(({ name }) => name === kind)?.id ?? 0

interface Key {
  readonly half: number
  readonly kind: number
  readonly what: number
  readonly extra: number
  readonly value: bigint
}

/** `struct filter_key`, as text. */
function keyOf({ half, kind, what, extra, value }: Key): string {
  const key = Buffer.alloc(KEY_BYTES)
  key.set([half, kind])
  key.writeUInt16LE(what, 2)
  key.writeUInt32LE(extra, 4)
  key.writeBigUInt64LE(value, 8)
  return key.toString('latin1')
}

const add = (values: Map<string, bigint>, key: string, bits: bigint): void => void values.set(key, (values.get(key) ?? 0n) | bits)

function packed(values: ReadonlyMap<string, bigint>): Table {
  const bits = Buffer.alloc(8 * values.size)
  for (const [index, mask] of [...values.values()].entries()) bits.writeBigUInt64LE(mask, 8 * index)
  return { keys: Buffer.from([...values.keys()].join(''), 'latin1'), values: bits }
}
