/** docs/reference/schema/events.schema.json: the records of every kind as JSON Schema (draft 2020-12). */
import type { RecordField } from '../../src/events/define-event.ts'
import { HEADER } from '../../src/events/header.ts'
import { KINDS } from '../../src/events/kinds.ts'

export function generateEventsSchema(): string {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Events of the kernel sensor',
    description: 'One decoded record: the name of its kind, the header, and the fields of the kind. Generated from src/events/.',
    oneOf: KINDS.map((kind) => ({ $ref: `#/$defs/${kind.name}` })),
    $defs: {
      header: { type: 'object', properties: properties(HEADER), required: Object.keys(HEADER) },
      ...Object.fromEntries(
        KINDS.map((kind) => [
          kind.name,
          {
            description: kind.doc,
            type: 'object',
            properties: {
              kindName: { const: kind.name },
              header: { $ref: '#/$defs/header' },
              fields: {
                type: 'object',
                properties: properties(kind.fields),
                required: Object.keys(kind.fields),
                additionalProperties: false,
              },
            },
            required: ['kindName', 'header', 'fields'],
          },
        ]),
      ),
    },
  }
  return `${JSON.stringify(schema, undefined, 1)}\n`
}

const properties = (fields: Readonly<Record<string, RecordField>>): Record<string, object> =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, { ...shape(field), description: describe(field) }]))

const describe = (field: RecordField): string => (field.unit === undefined ? field.doc : `${field.doc} Unit: ${field.unit}.`)

/** Numbers beyond 2^53 are rounded by JSON readers; bytes are written in base64. */
function shape(field: RecordField): object {
  switch (field.type) {
    case 'text':
      return { type: 'string', examples: [field.example] }
    case 'bytes':
    case 'data':
      return { type: 'string', contentEncoding: 'base64' }
    default: {
      const bits = Number(field.type.slice(1))
      const signed = field.type.startsWith('i')
      const most = signed ? 2 ** (bits - 1) : 2 ** bits
      const bounds = bits === 64 ? (signed ? {} : { minimum: 0 }) : { minimum: signed ? -most : 0, maximum: most - 1 }
      return { type: 'integer', ...bounds, examples: [field.example] }
    }
  }
}
