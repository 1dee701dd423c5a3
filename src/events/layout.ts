/** Where each field of a record lies: header first, then the kind's own part, widest fields first, no hidden padding. */
import type { EventDefinition, RecordField, ScalarType } from './define-event.ts'
import { HEADER } from './header.ts'

export interface PlacedField {
  readonly name: string
  readonly field: RecordField
  /** Bytes from the start of the record. Texts and data have here a u32 slot: offset in the low 16 bits, length in the high 16. */
  readonly offset: number
  /** Bytes taken in the fixed part. */
  readonly width: number
  /** Texts and data: the bit in the header's `truncated`. */
  readonly bit?: number
}

export interface Layout {
  readonly fields: readonly PlacedField[]
  /** Bytes of the fixed part, header included; a multiple of 8. */
  readonly fixedSize: number
  /** The most bytes that one record can have. */
  readonly maxSize: number
}

const WIDTH: Record<ScalarType, number> = { u8: 1, u16: 2, u32: 4, u64: 8, i32: 4, i64: 8 }
const SLOT_WIDTH = 4

export const HEADER_LAYOUT: Layout = place(HEADER, 0)

/** The layout of one kind; deterministic, so that the C header and the decoder agree. */
export function layoutOf(definition: Pick<EventDefinition, 'fields'>): Layout {
  return place(definition.fields, HEADER_LAYOUT.fixedSize)
}

/** Where a field of the header lies, in bytes from the start of the record. */
export function headerOffset(name: keyof typeof HEADER): number {
  const found = HEADER_LAYOUT.fields.find((field) => field.name === name)
  if (found === undefined) throw new Error(`the header has no field ${name}`)
  return found.offset
}

export function isBehind(field: RecordField): boolean {
  return field.type === 'text' || field.type === 'data'
}

function place(fields: Readonly<Record<string, RecordField>>, start: number): Layout {
  const bits = new Map(
    Object.entries(fields)
      .filter(([, field]) => isBehind(field))
      .map(([name], bit) => [name, bit]),
  )
  const ordered = Object.entries(fields).toSorted(([, a], [, b]) => rank(a) - rank(b))
  let offset = start
  const placed = ordered.map(([name, field]): PlacedField => {
    const width = widthOf(field)
    const bit = bits.get(name)
    const one = { name, field, offset, width, ...(bit === undefined ? {} : { bit }) }
    offset += width
    return one
  })
  const fixedSize = Math.ceil(offset / 8) * 8
  const behind = ordered.reduce((sum, [, field]) => sum + (isBehind(field) ? field.size : 0), 0)
  return { fields: placed, fixedSize, maxSize: Math.ceil((fixedSize + behind) / 8) * 8 }
}

function widthOf(field: RecordField): number {
  if (isBehind(field)) return SLOT_WIDTH
  return field.type === 'bytes' ? field.size : WIDTH[field.type as ScalarType]
}

/** Widest first; fixed bytes last (they need no alignment). */
function rank(field: RecordField): number {
  return field.type === 'bytes' ? 100 : 8 - widthOf(field)
}
