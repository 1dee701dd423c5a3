/** docs/reference/actions.md: every action with its settings, and the fields that conditions about findings have. */
import { z } from 'zod'
import { FINDING_FIELDS } from '../../src/detect/finding-vocabulary.ts'
import type { AnyAction } from '../../src/respond/action.ts'
import { ACTIONS } from '../../src/respond/actions.ts'
import { code, GENERATED_NOTE, table } from './markdown.ts'

export function generateActionsPage(): string {
  return `${[
    GENERATED_NOTE,
    '# Actions',
    'What responses and people can have done. A response names them under `do`, with their settings under `with`; those that can be taken back may have a time under `for`.',
    table(
      ['action', 'needs', 'can be taken back', 'what it does'],
      ACTIONS.map(({ name, needs, undo, doc }) => [`[${name}](#${name})`, needs, undo === undefined ? 'no' : 'yes', doc]),
    ),
    ...ACTIONS.flatMap(section),
    '## Fields of findings',
    'Conditions of responses ask these, and of what the finding is about the fields of its process (`proc.name`, `proc.exepath`, `proc.cmdline`, `proc.aname`…), its user, its container and pod, and all that the output of its rule names.',
    table(
      ['field', 'type', 'what it says', 'example'],
      FINDING_FIELDS.map(({ name, type, doc, example }) => [code(name), type, doc, code(String(example))]),
    ),
  ].join('\n\n')}\n`
}

function section(action: AnyAction): string[] {
  const settings = settingsOf(action)
  return [
    `## ${action.name}`,
    action.doc,
    ...(settings.length === 0 ? ['No settings.'] : [table(['setting', 'what it says'], settings)]),
    ...(action.examples.length === 0
      ? []
      : [
          table(
            ['example', 'what it does'],
            action.examples.map((example) => [code(JSON.stringify(example.with)), example.doc]),
          ),
        ]),
  ]
}

/** Rows [name, doc]. Throws when a setting has no doc. */
function settingsOf({ name, schema }: AnyAction): string[][] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return Object.entries(properties).map(([setting, property]) => {
    const doc = typeof property === 'object' ? property.description : undefined
    if (doc === undefined) throw new Error(`action ${name}: the setting ${setting} has no doc`)
    return [code(setting), doc]
  })
}
