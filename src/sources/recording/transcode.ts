/** Brings records of another layout into the present one, record by record. */
import { isDeepStrictEqual } from 'node:util'
import { encodeRecord, type RecordValue } from '../../events/encode.ts'
import { KINDS, type KindName } from '../../events/kinds.ts'
import { HEADER_LAYOUT, layoutOf } from '../../events/layout.ts'
import { presentLayout, type StoredField, type StoredKind, type StoredLayout } from './stored-layout.ts'

/** Turns the records of one chunk into present ones; counts what it had to leave out. */
export type Transcode = (bytes: Buffer, tally: TranscodeTally) => Buffer

export interface TranscodeTally {
  /** Records of kinds that no longer exist. */
  unknown: number
  /** Records whose size or texts cannot be. */
  broken: number
}

/** Identity where the layouts are the same; fields are matched by name, kinds and types likewise. */
export function transcoderFor(stored: StoredLayout): Transcode {
  if (isDeepStrictEqual(stored, presentLayout())) return (bytes) => bytes
  const plans = new Map(stored.kinds.map((kind) => [kind.id, planOf(kind, stored)]))
  const sizeAt = offsetIn(stored, 'size')
  const kindAt = offsetIn(stored, 'kind')
  return (bytes, tally) => {
    const out: Buffer[] = []
    for (let at = 0; at < bytes.length; ) {
      const size = at + stored.headerSize <= bytes.length ? bytes.readUInt32LE(at + sizeAt) : 0
      if (size < stored.headerSize || size > bytes.length - at) {
        tally.broken++
        break
      }
      const record = bytes.subarray(at, at + size)
      const plan = plans.get(record.readUInt16LE(kindAt))
      if (plan === undefined) tally.unknown++
      else if (size < plan.fixedSize) tally.broken++
      else out.push(encodeRecord(plan.kind, valuesOf(record, plan)))
      at += (size + 7) & ~7
    }
    return Buffer.concat(out)
  }
}

interface Plan {
  readonly kind: KindName
  readonly fixedSize: number
  /** Stored fields that still exist. */
  readonly fields: readonly StoredField[]
  readonly truncatedAt: number
  readonly typeAt: number
  readonly types: readonly string[]
  /** Present bit of each text, by name. */
  readonly bits: ReadonlyMap<string, number>
}

/** Filled in by the encoder, or translated on their own. */
const DERIVED: ReadonlySet<string> = new Set(['size', 'kind', 'type', 'truncated'])

function planOf({ name, fixedSize, fields }: StoredKind, stored: StoredLayout): Plan | undefined {
  const present = KINDS.find((kind) => kind.name === name)
  if (present === undefined) return undefined
  const places = [...HEADER_LAYOUT.fields, ...layoutOf(present).fields]
  const shapes = new Map(places.map((place) => [place.name, shapeOf(place.field.type)]))
  return {
    kind: present.name,
    fixedSize,
    fields: [...stored.header, ...fields].filter((one) => !DERIVED.has(one.name) && shapes.get(one.name) === shapeOf(one.type)),
    truncatedAt: offsetIn(stored, 'truncated'),
    typeAt: offsetIn(stored, 'type'),
    types: stored.types,
    bits: new Map(places.flatMap((place) => (place.bit === undefined ? [] : [[place.name, place.bit] as const]))),
  }
}

/** Values go over between types of one shape: numbers to numbers, bytes to bytes. */
const shapeOf = (type: StoredField['type']): 'bytes' | 'number' => (['bytes', 'text', 'data'].includes(type) ? 'bytes' : 'number')

function valuesOf(record: Buffer, plan: Plan): Record<string, RecordValue> {
  const values: Record<string, RecordValue> = {}
  const cut = record.readUInt32LE(plan.truncatedAt)
  let truncated = 0
  for (const field of plan.fields) {
    values[field.name] = storedValue(record, field)
    const bit = plan.bits.get(field.name)
    if (field.bit !== undefined && bit !== undefined && cut & (1 << field.bit)) truncated |= 1 << bit
  }
  const type = plan.types[record.readUInt16LE(plan.typeAt)]
  return { ...values, truncated: truncated >>> 0, ...(type !== undefined && TYPE_KNOWN.has(type) ? { type } : {}) }
}

const TYPE_KNOWN: ReadonlySet<string> = new Set(KINDS.flatMap((kind): readonly string[] => kind.types))

function storedValue(record: Buffer, { type, offset, width }: StoredField): RecordValue {
  switch (type) {
    case 'text':
    case 'data': {
      const slot = record.readUInt32LE(offset)
      return record.subarray(slot & 0xffff, (slot & 0xffff) + (slot >>> 16))
    }
    case 'bytes':
      return record.subarray(offset, offset + width)
    case 'u64':
      return record.readBigUInt64LE(offset)
    case 'i64':
      return record.readBigInt64LE(offset)
    case 'i32':
      return record.readInt32LE(offset)
    default:
      return record.readUIntLE(offset, width)
  }
}

/** The schema has seen to it that they are there. */
function offsetIn(stored: StoredLayout, name: 'size' | 'kind' | 'type' | 'truncated'): number {
  return stored.header.find((one) => one.name === name)?.offset ?? 0
}
