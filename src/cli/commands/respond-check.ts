import { renderDiagnostic } from '../../lang/diagnostic.ts'
import { safeJson } from '../../lib/escape.ts'
import { colourOf } from '../colour.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { argumentsOf } from '../option.ts'

export const respondCheck = defineCommand({
  name: 'respond check',
  summary: 'Look for mistakes in response files.',
  doc: 'Prints every mistake with file, line, column and what to do: unknown actions and settings, conditions, limits. Needs neither root nor a server. Macros and lists of rules are not known here.',
  arguments: { files: argumentsOf('FILE', 'Response files, or folders of them.') },
  options: {},
  examples: [{ line: 'respond check responses.yaml', doc: 'One file.' }],
  exits: ['ok', 'inputErrors'],
  run: async ({ files, json, color }, context) => {
    const { responses, protections, maintenance, diagnostics } = await context.live.readResponses(files)
    const failed = diagnostics.some(({ severity }) => severity === 'error')
    if (json) {
      const counts = { responses: responses.length, protections: protections.length, maintenance: maintenance.length }
      context.stdout.write(`${safeJson({ ok: !failed, ...counts, diagnostics })}\n`)
    } else {
      const colour = colourOf(color, context)
      for (const problem of diagnostics) context.stderr(`${renderDiagnostic(problem, { color: colour })}\n`)
      const parts = [counted(responses, 'response'), counted(protections, 'protection'), counted(maintenance, 'maintenance window')]
      if (!failed) context.stdout.write(`${parts.join(', ')}: no mistake\n`)
    }
    return failed ? EXIT.inputErrors : EXIT.ok
  },
})

const counted = ({ length }: readonly unknown[], what: string): string => `${length} ${what}${length === 1 ? '' : 's'}`
