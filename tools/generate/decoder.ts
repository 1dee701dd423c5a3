/** src/events/records.gen.ts: one class per kind whose getters read a field straight from the batch, and only when asked. */
import { KINDS } from '../../src/events/kinds.ts'
import { HEADER_LAYOUT, layoutOf, type PlacedField } from '../../src/events/layout.ts'
import { TYPES } from '../../src/events/types.ts'
import { pascal } from './names.ts'

export function generateDecoder(): string {
  return [
    '/** Generated from src/events/ by `npm run generate`; do not edit. */',
    "import { RawRecord } from './raw-record.ts'\n",
    `/** evt.type by the number that a record carries. */\nexport const TYPE_NAMES = ${JSON.stringify(TYPES, null, 2).replaceAll('"', "'").replace("'\n]", "',\n]")} as const\n`,
    `export const HEADER_SIZE = ${HEADER_LAYOUT.fixedSize}\n`,
    `export class HeaderRecord extends RawRecord {\n${HEADER_LAYOUT.fields.map(getter).join('\n')}\n}\n`,
    ...KINDS.map((kind) => {
      const layout = layoutOf(kind)
      return `export class ${pascal(kind.name)}Record extends HeaderRecord {\n  static readonly fixedSize = ${layout.fixedSize}\n${layout.fields.map(getter).join('\n')}\n}\n`
    }),
    `export interface RecordByKind {\n${KINDS.map((kind) => `  '${kind.name}': ${pascal(kind.name)}Record`).join('\n')}\n}\n`,
    `/** The class of each kind, by its id. */\nexport const RECORD_CLASS: readonly (typeof HeaderRecord | undefined)[] = [\n${byId().join('\n')}\n]\n`,
  ].join('\n')
}

function getter({ name, field, offset }: PlacedField): string {
  switch (field.type) {
    case 'text':
      return line(name, 'string', `this.text(${offset})`)
    case 'data':
      return line(name, 'Buffer', `this.blob(${offset})`)
    case 'bytes':
      return line(name, 'Buffer', `this.bytes(${offset}, ${field.size})`)
    case 'u8':
      return line(name, 'number', `this.u8(${offset})`)
    default:
      return line(name, 'number', `this.${field.type}(${offset})`)
  }
}

const line = (name: string, type: string, body: string): string => `  get ${name}(): ${type} {\n    return ${body}\n  }`

function byId(): string[] {
  const last = Math.max(...KINDS.map((kind) => kind.id))
  return Array.from({ length: last + 1 }, (_, id) => {
    const kind = KINDS.find((one) => one.id === id)
    return `  ${kind === undefined ? 'undefined' : `${pascal(kind.name)}Record`},`
  })
}
