/** Makes kernel records from plain values: for recordings of another layout, and for tests that need events without a kernel. */
import { KINDS, type KindName } from './kinds.ts'
import { HEADER_LAYOUT, isBehind, type Layout, layoutOf, type PlacedField } from './layout.ts'
import { TYPES } from './types.ts'

/** Texts and data: text or bytes. Fixed bytes: likewise, padded with NUL. Numbers: exact as bigint. */
export type RecordValue = number | bigint | string | Uint8Array

/** Fields by name, header and kind alike; what is left out is 0 or empty. `type` may be the name of an evt.type. */
export type RecordValues = Readonly<Record<string, RecordValue | undefined>>

/** What encodeRecord fills in itself. */
const OWN_FIELDS: ReadonlySet<string> = new Set(['size', 'kind'])

const LAYOUTS: ReadonlyMap<string, { readonly id: number; readonly firstType: number; readonly layout: Layout }> = new Map(
  KINDS.map((kind) => [kind.name, { id: kind.id, firstType: TYPES.indexOf(kind.types[0] ?? ''), layout: layoutOf(kind) }]),
)

/**
 * One record as the sensor would send it, its size a multiple of 8. `type` defaults to the first evt.type of the kind. Texts beyond
 * their limit are cut and marked in `truncated`, which may also be given. @throws {TypeError} for a field or type that does not exist.
 */
export function encodeRecord(kindName: KindName, values: RecordValues): Buffer {
  const found = LAYOUTS.get(kindName)
  if (found === undefined) throw new TypeError(`no event kind ${kindName}`)
  const fields = [...HEADER_LAYOUT.fields, ...found.layout.fields]
  refuseUnknown(kindName, fields, values)
  const texts = fields.filter(({ field }) => isBehind(field)).map((place) => ({ place, ...cut(place, values[place.name]) }))
  const end = texts.reduce((sum, { bytes }) => sum + bytes.length, found.layout.fixedSize)
  const record = Buffer.alloc((end + 7) & ~7)
  const own: RecordValues = {
    ...values,
    size: record.length,
    kind: found.id,
    type: typeNumber(values.type, found.firstType),
    truncated: texts.reduce((bits, { bit }) => bits | bit, Number(values.truncated ?? 0)),
  }
  for (const place of fields) if (!isBehind(place.field)) writeFixed(record, place, own[place.name])
  let at = found.layout.fixedSize
  for (const { place, bytes } of texts) {
    record.writeUInt32LE((bytes.length * 0x1_0000 + at) >>> 0, place.offset)
    record.set(bytes, at)
    at += bytes.length
  }
  return record
}

function refuseUnknown(kindName: string, fields: readonly PlacedField[], values: RecordValues): void {
  const known = new Set(fields.map(({ name }) => name))
  const wrong = Object.keys(values).find((name) => !known.has(name) || OWN_FIELDS.has(name))
  if (wrong !== undefined) throw new TypeError(`${kindName} has no field ${wrong} that could be given`)
}

function typeNumber(given: RecordValue | undefined, fallback: number): number {
  if (typeof given !== 'string') return Number(given ?? fallback)
  const index = TYPES.indexOf(given)
  if (index < 0) throw new TypeError(`no evt.type ${given}`)
  return index
}

function cut({ field, bit = 0 }: PlacedField, value: RecordValue | undefined): { readonly bytes: Uint8Array; readonly bit: number } {
  const bytes = bytesOf(value)
  return bytes.length <= field.size ? { bytes, bit: 0 } : { bytes: bytes.subarray(0, field.size), bit: 1 << bit }
}

function writeFixed(record: Buffer, { field, offset, width }: PlacedField, value: RecordValue | undefined): void {
  if (field.type === 'bytes') record.set(bytesOf(value).subarray(0, width), offset)
  else if (width === 8) record.writeBigUInt64LE(BigInt.asUintN(64, exact(value)), offset)
  else record.writeUIntLE(Number(BigInt.asUintN(8 * width, exact(value))), offset, width)
}

const exact = (value: RecordValue | undefined): bigint =>
  typeof value === 'bigint' ? value : BigInt(Math.trunc(typeof value === 'number' ? value : 0))

const bytesOf = (value: RecordValue | undefined): Uint8Array =>
  typeof value === 'string' ? encodeText(value) : value instanceof Uint8Array ? value : Buffer.alloc(0)

/** UTF-8; a lone surrogate U+DC80…U+DCFF becomes the byte that decodeText made it from. */
export function encodeText(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8')
  return Buffer.concat(
    [...text].map((character) => {
      const code = character.codePointAt(0) ?? 0
      return code >= 0xdc80 && code <= 0xdcff ? Buffer.from([code - 0xdc00]) : Buffer.from(character, 'utf8')
    }),
  )
}
