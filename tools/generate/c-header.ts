/** native/bpf/lib/records.gen.h: the records as C structs, with their numbers and bounds, made from src/events/. */
import { HEADER_FLAGS, SEQUENCE } from '../../src/events/header.ts'
import { KINDS } from '../../src/events/kinds.ts'
import { HEADER_LAYOUT, isBehind, type Layout, layoutOf } from '../../src/events/layout.ts'
import { LAYOUT_ID } from '../../src/events/layout-id.ts'
import { FILE_FLAGS } from '../../src/events/shared-fields.ts'
import { TYPES } from '../../src/events/types.ts'
import { snake, upper } from './names.ts'

const C_TYPE: Record<string, string> = { u8: '__u8', u16: '__u16', u32: '__u32', u64: '__u64', i32: '__s32', i64: '__s64' }

export function generateCHeader(): string {
  return [
    '/* SPDX-License-Identifier: GPL-2.0 */',
    '/* Generated from src/events/ by `npm run generate`; do not edit. */',
    '#ifndef TARSIER_RECORDS_GEN_H\n#define TARSIER_RECORDS_GEN_H\n',
    `#define TARSIER_LAYOUT_ID 0x${LAYOUT_ID.toString(16)}u`,
    `#define TARSIER_SEQUENCE_LEVEL_SHIFT ${SEQUENCE.levelShift}`,
    `#define TARSIER_SEQUENCE_LEVELS ${SEQUENCE.levels}`,
    ...Object.entries(HEADER_FLAGS).map(([name, bit]) => `#define TARSIER_FLAG_${upper(name)} ${bit}`),
    ...Object.entries(FILE_FLAGS).map(([name, bit]) => `#define TARSIER_FILE_${upper(name)} ${bit}`),
    '',
    ...TYPES.map((type, index) => `#define TARSIER_TYPE_${upper(type)} ${index}`),
    `#define TARSIER_TYPE_COUNT ${TYPES.length}`,
    '',
    struct('tarsier_header', HEADER_LAYOUT, 0),
    ...KINDS.map((kind) => kindBlock(kind.name, kind.id, layoutOf(kind))),
    '#endif\n',
  ].join('\n')
}

function kindBlock(name: string, id: number, layout: Layout): string {
  const behind = layout.fields.filter(({ field }) => isBehind(field)).toSorted((a, b) => (a.bit ?? 0) - (b.bit ?? 0))
  return [
    `#define TARSIER_KIND_${upper(name)} ${id}`,
    ...behind.map(
      (one) =>
        `#define TARSIER_${upper(name)}_${upper(one.name)}_BIT ${one.bit}\n#define TARSIER_${upper(name)}_${upper(one.name)}_MAX ${one.field.size}`,
    ),
    `#define TARSIER_${upper(name)}_MAX_SIZE ${layout.maxSize}`,
    struct(`tarsier_${snake(name)}`, layout, HEADER_LAYOUT.fixedSize),
  ].join('\n')
}

function struct(name: string, layout: Layout, start: number): string {
  const lines = layout.fields.map(({ name: field, field: { type, size } }) => {
    if (type === 'bytes') return `\t__u8 ${snake(field)}[${size}];`
    if (type === 'text' || type === 'data') return `\t__u32 ${snake(field)};\t/* slot: offset | length << 16 */`
    return `\t${C_TYPE[type]} ${snake(field)};`
  })
  const last = layout.fields.at(-1)
  const end = last === undefined ? start : last.offset + last.width
  const pad = layout.fixedSize - end
  if (start > 0) lines.unshift('\tstruct tarsier_header header;')
  if (pad > 0) lines.push(`\t__u8 pad[${pad}];`)
  return `struct ${name} {\n${lines.join('\n')}\n};\n_Static_assert(sizeof(struct ${name}) == ${layout.fixedSize}, "${name} has hidden padding");\n`
}
