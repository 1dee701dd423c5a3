/** docs/reference/outputs.md: every output with its settings and examples. */
import { z } from 'zod'
import { INTERNAL_RULES } from '../../src/findings/internal-finding.ts'
import { PRIORITY_LABEL } from '../../src/findings/priority.ts'
import { LEFT_OUT } from '../../src/notify/delivery/rate-limit.ts'
import type { AnyOutput } from '../../src/notify/output.ts'
import { OUTPUTS } from '../../src/notify/outputs.ts'
import { code, GENERATED_NOTE, table } from './markdown.ts'

export function generateOutputsPage(): string {
  return `${[
    GENERATED_NOTE,
    '# Outputs',
    'Where findings go. `--output` takes one of the specs below, may be given several times, and has settings behind a `?`: `--output "file:findings.json?keep=2"`.',
    table(
      ['output', 'spec begins with', 'what it does'],
      OUTPUTS.map((output) => [`[${output.name}](#${output.name})`, output.schemes.map(code).join(' '), output.doc]),
    ),
    ...OUTPUTS.flatMap(section),
    '## Findings about Tarsier itself',
    'What Tarsier could not see is a finding, too, of source `internal`, in every output and on standard error. `output_fields` holds `tarsier.lost` (how many), `tarsier.what`, `tarsier.cpus` and `tarsier.why`. The first loss is told at once; while losses go on, reports come ever more seldom, each with all that was lost since the last.',
    table(
      ['rule', 'priority', 'what it means'],
      [...Object.values(INTERNAL_RULES), LEFT_OUT].map(({ rule, priority, doc }) => [rule, PRIORITY_LABEL[priority], doc]),
    ),
  ].join('\n\n')}\n`
}

function section(output: AnyOutput): string[] {
  const settings = settingsOf(output)
  return [
    `## ${output.name}`,
    output.doc,
    ...(settings.length === 0 ? ['No settings.'] : [table(['setting', 'what it says'], settings)]),
    table(
      ['example', 'what it does'],
      output.examples.map((example) => [code(example.spec), example.doc]),
    ),
  ]
}

/** Rows [name, doc], in the order of the schema. Throws when a setting has no doc. */
function settingsOf({ name, schema }: AnyOutput): string[][] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' })
  return Object.entries(properties).map(([setting, property]) => {
    const doc = typeof property === 'object' ? property.description : undefined
    if (doc === undefined) throw new Error(`output ${name}: the setting ${setting} has no doc`)
    return [code(setting), doc]
  })
}
