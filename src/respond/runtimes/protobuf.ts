/**
 * The part of the protobuf wire format that a few small messages take: varints, and what has a length. No schema, no generated code: a message is written
 * and read by the numbers of its fields. Source: https://protobuf.dev/programming-guides/encoding/
 */

export type FieldValue = string | number | boolean | Uint8Array

const VARINT = 0
const FIXED64 = 1
const LENGTH = 2
const FIXED32 = 5
const MAX_VARINT_BYTES = 10
/** An answer about one container has some twenty; a list of all of them some thousands. */
const MAX_FIELDS = 100_000

/** In the order given. Numbers are unsigned integers; empty texts, 0 and false are left out, as proto3 does. A `Uint8Array` is a message of its own. */
export function encode(fields: readonly (readonly [number: number, value: FieldValue])[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([number, value]) => {
      if (value === '' || value === 0 || value === false) return []
      if (typeof value === 'number' || typeof value === 'boolean') return [varint(number * 8 + VARINT), varint(Number(value))]
      const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value
      return [varint(number * 8 + LENGTH), varint(bytes.length), bytes]
    }),
  )
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let left = BigInt(value)
  do {
    const more = left > 0x7fn
    bytes.push(Number(left & 0x7fn) | (more ? 0x80 : 0))
    left >>= 7n
  } while (left > 0n)
  return Buffer.from(bytes)
}

/** What a message holds, by field; of the numbers only those below 2^53 are told right. */
export interface Fields {
  /** The last one, as proto3 has it; empty where there is none. */
  readonly text: (number: number) => string
  /** 0 where there is none. */
  readonly number: (number: number) => number
  /** All of them; those that are no messages are left out. */
  readonly messages: (number: number) => readonly Fields[]
}

/** Undefined for what is cut off or no message. Fields of types that have no use here are passed over. */
export function decode(bytes: Uint8Array): Fields | undefined {
  const found: { readonly number: number; readonly value: number | Uint8Array }[] = []
  let at = 0
  while (at < bytes.length) {
    const tag = readVarint(bytes, at)
    if (tag === undefined || found.length >= MAX_FIELDS) return undefined
    const next = readValue(bytes, tag.end, tag.value % 8)
    if (next === undefined || tag.value < 8) return undefined
    if (next.value !== undefined) found.push({ number: Math.floor(tag.value / 8), value: next.value })
    at = next.end
  }
  const all = (number: number) => found.filter((field) => field.number === number).map(({ value }) => value)
  const parts = (number: number): Uint8Array[] => all(number).filter((value) => typeof value !== 'number')
  return {
    text: (number) => Buffer.from(parts(number).at(-1) ?? []).toString('utf8'),
    number: (number) => all(number).findLast((value) => typeof value === 'number') ?? 0,
    messages: (number) => parts(number).flatMap((part) => decode(part) ?? []),
  }
}

interface Read<T> {
  readonly value: T
  /** Where the next thing begins. */
  readonly end: number
}

function readValue(bytes: Uint8Array, at: number, type: number): Read<number | Uint8Array | undefined> | undefined {
  if (type === VARINT) return readVarint(bytes, at)
  if (type === FIXED64 || type === FIXED32) {
    const end = at + (type === FIXED64 ? 8 : 4)
    return end > bytes.length ? undefined : { value: undefined, end }
  }
  const length = type === LENGTH ? readVarint(bytes, at) : undefined
  if (length === undefined || length.end + length.value > bytes.length) return undefined
  const end = length.end + length.value
  return { value: bytes.subarray(length.end, end), end }
}

function readVarint(bytes: Uint8Array, at: number): Read<number> | undefined {
  let value = 0
  for (let index = 0; index < MAX_VARINT_BYTES; index++) {
    const byte = bytes[at + index]
    if (byte === undefined) return undefined
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return { value, end: at + index + 1 }
  }
  return undefined
}
