import type { RuleDetail } from '../../api/services.ts'
import { CLIENT_OPTIONS } from '../client-options.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { argument } from '../option.ts'
import { RULE_NAME, rulePath, tellRule } from '../rule-change.ts'

export const rulesUnexcept = defineCommand({
  name: 'rules unexcept',
  summary: 'Take an exception of a rule away.',
  doc: 'One that was made by the server: those of rule files are changed there. Asks the server; takes a token of an analyst.',
  arguments: { rule: RULE_NAME, name: argument('NAME', 'What the exception is called.') },
  options: { ...CLIENT_OPTIONS },
  examples: [{ line: "rules unexcept 'Reverse shell' backup", doc: 'It is told again.' }],
  exits: ['ok', 'inputErrors'],
  run: async ({ rule, name, server, tokenFile, json }, context) => {
    const { connectServer } = await import('../server-client.ts')
    const client = connectServer({ server, tokenFile }, context)
    const changed = await client.remove<RuleDetail>(`${rulePath(rule)}/exceptions/${encodeURIComponent(name)}`)
    await tellRule(changed, `is silent about ${name} no more`, json, context)
    return EXIT.ok
  },
})
