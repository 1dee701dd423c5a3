import type { ResponsePlan } from '../../api/services.ts'
import { readTextFiles } from '../../lib/text-files.ts'
import { CLIENT_OPTIONS, RANGE_OPTIONS } from '../client-options.ts'
import { colourOf } from '../colour.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { optionalArgument } from '../option.ts'

const MAX_BYTES = 1024 * 1024

export const respondPlan = defineCommand({
  name: 'respond plan',
  summary: 'Say what responses would have done over the findings of the past.',
  doc: 'Asks the server, which goes through the findings that it keeps in the order in which they happened. Nothing is done. Without a file: the responses in force. What the guard would have refused is not known afterwards: which processes there were has changed. Takes a token of an analyst.',
  arguments: { file: optionalArgument('FILE', 'A response file that might come into force (- is standard input).') },
  options: { ...RANGE_OPTIONS, ...CLIENT_OPTIONS },
  examples: [
    { line: 'respond plan --from 7d', doc: 'A week of the responses in force.' },
    { line: 'respond plan stricter.yaml --json', doc: 'Of a file that nobody runs yet.' },
  ],
  exits: ['ok', 'inputErrors'],
  run: async ({ file, from, to, server, tokenFile, json, color }, context) => {
    const [{ connectServer }, { planText }, { safeJson, escapeText }, { createStyle }] = await Promise.all([
      import('../server-client.ts'),
      import('../respond-text.ts'),
      import('../../lib/escape.ts'),
      import('../../lib/style.ts'),
    ])
    const yaml =
      file === undefined
        ? undefined
        : readTextFiles([file], { extensions: ['.yaml', '.yml'], maxBytes: MAX_BYTES })
            .map(({ text }) => text)
            .join('\n')
    const body = { ...(yaml !== undefined && { yaml }), ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
    const plan = await connectServer({ server, tokenFile }, context).post<ResponsePlan>('/responses/plan', body)
    for (const { severity, message, line, column, hint } of plan.diagnostics)
      context.stderr(`${severity}: ${escapeText(message)} (${line}:${column})${hint === undefined ? '' : `\n  ${escapeText(hint)}`}\n`)
    const width = context.isTty.stdout ? process.stdout.columns : undefined
    context.stdout.write(json ? `${safeJson(plan)}\n` : planText(plan, { width, style: createStyle(colourOf(color, context)) }))
    return plan.diagnostics.some(({ severity }) => severity === 'error') ? EXIT.inputErrors : EXIT.ok
  },
})
