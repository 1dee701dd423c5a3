import { CLIENT_OPTIONS } from '../client-options.ts'
import { defineCommand } from '../command.ts'
import { argument, text } from '../option.ts'

export const rulesTry = defineCommand({
  name: 'rules try',
  summary: 'Try a rule on history, and say what it would have found.',
  doc: 'Asks the server, which runs the rule over the events that it keeps as it would have run live, and says how many findings to expect. Nothing is changed. Takes a token of an analyst.',
  arguments: { rule: argument('RULE|FILE', 'The name of a rule that the server has, or a file with rules (- is standard input).') },
  options: {
    from: text('TIME', 'Over the events since then: a time, or how long ago (24h, 7d). Default: 7d.'),
    to: text('TIME', 'Up to then. Default: now.'),
    ...CLIENT_OPTIONS,
  },
  examples: [
    { line: 'rules try new-rule.yaml --from 14d', doc: 'How loud would it be?' },
    { line: "rules try 'Password file read by an unusual program' --json", doc: 'One that is loaded; the whole outcome as JSON.' },
  ],
  exits: ['ok', 'inputErrors'],
  run: async ({ rule, from = '7d', to, server, tokenFile, json, color }, context) => {
    const { tryRule } = await import('../try-rule.ts')
    return tryRule({ rule, from, to, server, tokenFile, json, color }, context)
  },
})
