import type { StoredFinding } from '../../store/state-store.ts'
import { CLIENT_OPTIONS, HOST_OPTION, LIMIT_OPTION, limitOf, RANGE_OPTIONS } from '../client-options.ts'
import { colourOf } from '../colour.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { optionalArgument, text, texts } from '../option.ts'
import { asUrgentAs, priorityOption } from '../priority-option.ts'

export const findings = defineCommand({
  name: 'findings',
  summary: 'List what was found, or show one finding and why it fired.',
  doc: 'Asks the server: the newest first. With an id, one finding with the checks of its rule, the values that they saw, and who started the process.',
  arguments: { id: optionalArgument('ID', 'Of one finding.') },
  options: {
    ...RANGE_OPTIONS,
    rule: texts('NAME', 'Only of this rule. May be given several times.', 'repeat'),
    priority: priorityOption('Only findings'),
    host: HOST_OPTION,
    technique: texts('ID', 'Only of this technique of ATT&CK.', 'repeat'),
    text: text('WORDS', 'Only with these words in rule, output or command line.'),
    limit: LIMIT_OPTION,
    ...CLIENT_OPTIONS,
  },
  examples: [
    { line: 'findings --from 1h --priority critical', doc: 'What was critical, or more urgent, in the last hour?' },
    { line: 'findings --json --limit 1000', doc: 'For programs: one JSON object per line.' },
    { line: 'findings 0hof5g1234a-00000042', doc: 'Why did it fire?' },
  ],
  exits: ['ok', 'inputErrors'],
  run: async ({ id, server, tokenFile, json, color, limit, rule, priority, host, technique, ...rest }, context) => {
    const [{ connectServer }, lists] = await Promise.all([import('../server-client.ts'), import('../server-lists.ts')])
    const client = connectServer({ server, tokenFile }, context)
    if (id === undefined) {
      const query = { ...rest, rule, priority: asUrgentAs(priority), host, technique }
      await lists.printList(client.list<StoredFinding>('/findings', query, limitOf(limit)), lists.FINDING_TABLE, { json, color }, context)
      return EXIT.ok
    }
    const [{ findingText }, { createStyle }, { safeJson }] = await Promise.all([
      import('../server-details.ts'),
      import('../../lib/style.ts'),
      import('../../lib/escape.ts'),
    ])
    const finding = await client.get<StoredFinding>(`/findings/${encodeURIComponent(id)}`)
    context.stdout.write(json ? `${safeJson(finding)}\n` : findingText(finding, createStyle(colourOf(color, context))))
    return EXIT.ok
  },
})
