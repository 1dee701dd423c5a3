/** One number for how all records lie: the kernel programs carry it, so that programs of another version are not misread. */
import { crc32 } from 'node:zlib'
import { SEQUENCE } from './header.ts'
import { KINDS } from './kinds.ts'
import { HEADER_LAYOUT, type Layout, layoutOf } from './layout.ts'
import { TYPES } from './types.ts'

/** CRC-32 of every kind's id, and of the name, type, place and size of every field. */
export const LAYOUT_ID: number = crc32(
  JSON.stringify([SEQUENCE, TYPES, describe(HEADER_LAYOUT), KINDS.map((kind) => [kind.id, kind.name, describe(layoutOf(kind))])]),
)

function describe({ fields, fixedSize }: Layout): unknown {
  return [fixedSize, fields.map(({ name, field, offset, bit }) => [name, field.type, offset, field.size, bit])]
}
