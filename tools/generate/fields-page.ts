/** docs/reference/fields.md: the vocabulary of rules and outputs. */
import type { FieldDefinition } from '../../src/events/field.ts'
import { FIELDS } from '../../src/events/fields.ts'
import { code, GENERATED_NOTE, table } from './markdown.ts'

export function generateFieldsPage(): string {
  const families = Map.groupBy(FIELDS, ({ name }) => name.slice(0, name.indexOf('.')))
  return `${[
    GENERATED_NOTE,
    '# Fields',
    `Rules, outputs and \`tarsier events --filter\` speak of events in these ${FIELDS.length} fields. Their names are Falco's where Falco has one. ` +
      'A field that an event does not have satisfies no comparison, not even `!=`; `exists` asks for it.',
    `Families: ${[...families.keys()].map((family) => `[${code(family)}](#${family})`).join(' ')}`,
    ...[...families].flatMap(([family, fields]) => [
      `## ${family}`,
      table(
        ['field', 'type', 'what it says', 'example'],
        fields.map((field) => [code(nameText(field)), typeText(field), docText(field), code(field.example)]),
      ),
    ]),
  ].join('\n\n')}\n`
}

function nameText({ name, argument }: FieldDefinition): string {
  if (argument === undefined) return name
  const inside = argument.kind === 'index' ? 'N' : argument.kind === 'word' ? 'NAME' : 'N or NAME'
  return argument.required ? `${name}[${inside}]` : `${name}, ${name}[${inside}]`
}

function typeText({ type, many }: FieldDefinition): string {
  if (many === 'list') return `list of ${type}`
  return many === 'any' ? `${type}, any of several` : type
}

function docText({ doc, unit, argument, kinds, noTransformer, readsHost }: FieldDefinition): string {
  const sentences = [doc]
  if (unit !== undefined) sentences.push(`Unit: ${unit}.`)
  if (argument !== undefined) sentences.push(`In brackets: ${argument.doc}`)
  if (kinds !== undefined) sentences.push(`Only ${kinds.map((kind) => code(kind.endsWith('.') ? `${kind}*` : kind)).join(', ')}.`)
  if (readsHost) sentences.push('Read from /proc when a rule or output asks.')
  if (noTransformer) sentences.push('Takes no transformer.')
  return sentences.join(' ')
}
