import type { RuleDetail } from '../../api/services.ts'
import { CLIENT_OPTIONS } from '../client-options.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { argument, text, texts, UsageError } from '../option.ts'
import { RULE_NAME, rulePath, tellRule, termOf } from '../rule-change.ts'

export const rulesExcept = defineCommand({
  name: 'rules except',
  summary: 'Keep a rule silent about something, with an owner and a reason.',
  doc: 'Where all tests of --when hold the rule finds nothing. Asks the server; takes a token of an analyst. `tarsier rules exceptions` lists what there is, `tarsier rules unexcept` takes one away.',
  arguments: { rule: RULE_NAME, name: argument('NAME', 'What the exception is called.') },
  options: {
    when: texts('TEST', 'A field, an operator and a value. May be given several times: all must hold.', 'repeat'),
    owner: text('NAME', 'Who answers for it.'),
    reason: text('TEXT', 'Why it is right.'),
    expires: text('DAY', 'The last day on which it holds (2027-01-31). Default: until it is taken away.'),
    ...CLIENT_OPTIONS,
  },
  examples: [
    {
      line: "rules except 'Reverse shell' backup --when 'proc.exepath = /usr/local/bin/backup' --owner ada --reason 'Talks to the vault'",
      doc: 'That program may.',
    },
    {
      line: "rules except 'Reverse shell' builds --when 'proc.pname in (make, ninja)' --when 'fd.name startswith /build/' --owner ada --reason 'CI' --expires 2027-01-31",
      doc: 'Both must hold, and only until the end of January.',
    },
  ],
  exits: ['ok', 'inputErrors'],
  run: async ({ rule, name, when, owner, reason, expires, server, tokenFile, json }, context) => {
    if (when.length === 0) throw new UsageError('--when is missing: what is it to be silent about?')
    if (owner === undefined || reason === undefined) throw new UsageError('--owner and --reason are missing: who answers for it, and why?')
    const terms = when.map(termOf)
    const { connectServer } = await import('../server-client.ts')
    const changed = await connectServer({ server, tokenFile }, context).post<RuleDetail>(`${rulePath(rule)}/exceptions`, {
      ...{ name, owner, reason, expires },
      fields: terms.map(({ field }) => field),
      comps: terms.map(({ comp }) => comp),
      values: [terms.map(({ value }) => value)],
    })
    await tellRule(changed, `is silent about ${name}`, json, context)
    return EXIT.ok
  },
})
