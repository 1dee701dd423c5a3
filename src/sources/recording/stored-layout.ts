/** How records lay when a recording was made: written into it, compared with the present, and read by. */
import { z } from 'zod'
import { KINDS } from '../../events/kinds.ts'
import { HEADER_LAYOUT, isBehind, type Layout, layoutOf } from '../../events/layout.ts'
import { TYPES } from '../../events/types.ts'

const MAX_RECORD = 65_536
const MAX_FIELDS = 256

const field = z.object({
  name: z.string().max(64),
  type: z.enum(['u8', 'u16', 'u32', 'u64', 'i32', 'i64', 'bytes', 'text', 'data']),
  offset: z.int().min(0).max(MAX_RECORD),
  /** Bytes in the fixed part. */
  width: z.int().min(1).max(4096),
  /** Texts and data: the bit in `truncated`. */
  bit: z.int().min(0).max(31).optional(),
})

const kind = z.object({
  id: z.int().min(1).max(65_535),
  name: z.string().max(64),
  fixedSize: z.int().min(8).max(MAX_RECORD),
  fields: z.array(field).max(MAX_FIELDS),
})

export const storedLayoutSchema = z
  .object({
    headerSize: z.int().min(8).max(MAX_RECORD),
    header: z.array(field).max(MAX_FIELDS),
    kinds: z.array(kind).max(1024),
    types: z.array(z.string().max(64)).max(65_536),
  })
  .refine(({ headerSize, header }) => fits(header, headerSize), 'a field of the header lies outside of it')
  .refine(({ kinds }) => kinds.every(({ fields, fixedSize }) => fits(fields, fixedSize)), 'a field lies outside of its record')
  .refine(
    ({ header }) => NEEDED.every(([name, type]) => header.some((one) => one.name === name && one.type === type)),
    'the header lacks a field',
  )

/** Fields of the header without which no record can be read. */
const NEEDED = [
  ['size', 'u32'],
  ['kind', 'u16'],
  ['type', 'u16'],
  ['truncated', 'u32'],
] as const

export type StoredField = z.infer<typeof field>
export type StoredKind = z.infer<typeof kind>
export type StoredLayout = z.infer<typeof storedLayoutSchema>

/** Wide enough for what its type says, and inside the fixed part. */
function fits(fields: readonly StoredField[], end: number): boolean {
  return fields.every(({ type, offset, width }) => offset + width <= end && (type === 'bytes' || width === WIDTH[type]))
}

const WIDTH = { u8: 1, u16: 2, u32: 4, u64: 8, i32: 4, i64: 8, text: 4, data: 4 } as const

/** The layout that this version's sensor writes. */
export function presentLayout(): StoredLayout {
  return {
    headerSize: HEADER_LAYOUT.fixedSize,
    header: fieldsOf(HEADER_LAYOUT),
    kinds: KINDS.map((one) => {
      const layout = layoutOf(one)
      return { id: one.id, name: one.name, fixedSize: layout.fixedSize, fields: fieldsOf(layout) }
    }),
    types: [...TYPES],
  }
}

const fieldsOf = (layout: Layout): StoredField[] =>
  layout.fields.map((place) => ({
    name: place.name,
    type: place.field.type,
    offset: place.offset,
    width: place.width,
    ...(isBehind(place.field) && place.bit !== undefined ? { bit: place.bit } : {}),
  }))
