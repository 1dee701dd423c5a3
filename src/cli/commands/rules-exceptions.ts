import type { RuleDetail, RuleException } from '../../api/services.ts'
import { CLIENT_OPTIONS } from '../client-options.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { RULE_NAME, rulePath } from '../rule-change.ts'
import type { TableColumn } from '../table.ts'

const TABLE: readonly TableColumn<RuleException>[] = [
  { head: 'NAME', text: ({ name }) => name },
  { head: 'MADE', text: ({ managed }) => (managed ? 'by the server' : 'in the rule file') },
  { head: 'OWNER', text: ({ owner }) => owner },
  { head: 'UNTIL', text: ({ expires = '' }) => expires },
  { head: 'REASON', text: ({ reason }) => reason },
  { head: 'SILENT ABOUT', text: rowsText, fills: true },
]

export const rulesExceptions = defineCommand({
  name: 'rules exceptions',
  summary: 'List what a rule is silent about.',
  doc: 'Asks the server: exceptions of its rule file, and those made by the server.',
  arguments: { rule: RULE_NAME },
  options: { ...CLIENT_OPTIONS },
  examples: [{ line: "rules exceptions 'Reverse shell'", doc: 'What does it leave out, and who says so?' }],
  exits: ['ok', 'inputErrors'],
  run: async ({ rule, server, tokenFile, json, color }, context) => {
    const [{ connectServer }, lists] = await Promise.all([import('../server-client.ts'), import('../server-lists.ts')])
    const { exceptionList } = await connectServer({ server, tokenFile }, context).get<RuleDetail>(rulePath(rule))
    async function* all(): AsyncGenerator<RuleException> {
      yield* exceptionList
    }
    await lists.printList(all(), TABLE, { json, color }, context)
    return EXIT.ok
  },
})

/** `proc.name = curl and fd.name in (/a, /b); …`: a row of values each. */
function rowsText({ fields, comps, values }: RuleException): string {
  const term = (value: string | readonly string[] | undefined, at: number): string =>
    `${fields[at]} ${comps[at] ?? '='} ${typeof value === 'object' ? `(${value.join(', ')})` : value}`
  return values.map((row) => row.map(term).join(' and ')).join('; ')
}
