/** docs/reference/events.md: every event kind of the kernel sensor, with its fields. */
import type { EventDefinition, RecordField } from '../../src/events/define-event.ts'
import { HEADER } from '../../src/events/header.ts'
import { KINDS } from '../../src/events/kinds.ts'
import { code, GENERATED_NOTE, table } from './markdown.ts'

export function generateEventsPage(): string {
  const byId = KINDS.toSorted((a, b) => a.id - b.id)
  return `${[
    GENERATED_NOTE,
    '# Events',
    `The kernel sensor reports ${KINDS.length} kinds of events. A kind carries one or more values of \`evt.type\` (the names of the system calls), ` +
      'and its record holds the fields below, behind the [header](#header) that all kinds share. Rules do not read these records: they use the [fields](fields.md).',
    table(
      ['kind', 'evt.type', 'what happened'],
      byId.map((kind) => [`[${code(kind.name)}](#${anchor(kind.name)})`, kind.types.map(code).join(' '), kind.doc]),
    ),
    '## header',
    'Stands before the fields of every kind.',
    fieldTable(HEADER),
    ...byId.flatMap(section),
  ].join('\n\n')}\n`
}

function section(kind: EventDefinition): string[] {
  const what = `${kind.doc} Id ${kind.id}; \`evt.type\`: ${kind.types.map(code).join(' ')}.`
  return [`## ${kind.name}`, what, ...(Object.keys(kind.fields).length === 0 ? ['No fields of its own.'] : [fieldTable(kind.fields)])]
}

const fieldTable = (fields: Readonly<Record<string, RecordField>>): string =>
  table(
    ['field', 'type', 'what it says', 'example'],
    Object.entries(fields).map(([name, field]) => [code(name), typeText(field), unitText(field), exampleText(field)]),
  )

function typeText(field: RecordField): string {
  if (field.type === 'bytes') return `${field.size} bytes`
  if (field.type === 'text') return `text, up to ${field.size} bytes`
  if (field.type === 'data') return `data, up to ${field.size} bytes`
  return field.type
}

const unitText = (field: RecordField): string => (field.unit === undefined ? field.doc : `${field.doc} Unit: ${field.unit}.`)

const exampleText = (field: RecordField): string => code(typeof field.example === 'object' ? field.example.join(' ') : field.example)

/** As GitHub makes it from the heading. */
const anchor = (heading: string): string => heading.toLowerCase().replace(/[^a-z0-9_ -]/g, '')
