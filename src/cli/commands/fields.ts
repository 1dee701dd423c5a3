import type { FieldDefinition } from '../../events/field.ts'
import { colourOf } from '../colour.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { optionalArgument } from '../option.ts'

export const fields = defineCommand({
  name: 'fields',
  summary: 'List the fields that rules can use.',
  doc: 'Lists the fields of the rule language with type, meaning, unit and an example. Fields of Falco have their names.',
  arguments: { prefix: optionalArgument('PREFIX', 'Only fields whose name begins so, e.g. proc or fd.s.') },
  options: {},
  examples: [
    { line: 'fields proc.', doc: 'What can be asked about a process?' },
    { line: 'fields --json', doc: 'All fields as one JSON array.' },
  ],
  exits: ['ok', 'inputErrors'],
  run: async ({ prefix, json, color }, context) => {
    const [{ FIELDS }, { renderFields }, { nearest }] = await Promise.all([
      import('../../events/fields.ts'),
      import('../fields-text.ts'),
      import('../../lib/nearest.ts'),
    ])
    const found = FIELDS.filter((field: FieldDefinition) => field.name.startsWith(prefix ?? ''))
    context.stdout.write(renderFields(found, { json, colour: colourOf(color, context) }))
    if (found.length > 0) return EXIT.ok
    const near = nearest(prefix ?? '', new Set(FIELDS.flatMap(({ name }) => [name, `${name.split('.')[0]}.`])))
    context.log.error(`no field begins with ${prefix}${near === undefined ? '' : `, did you mean ${near}?`}`)
    return EXIT.inputErrors
  },
})
