import type { WholeEvent } from '../../store/history-store.ts'
import { CLIENT_OPTIONS, HOST_OPTION, LIMIT_OPTION, limitOf, RANGE_OPTIONS } from '../client-options.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { optionalArgument, text, texts } from '../option.ts'

export const query = defineCommand({
  name: 'query',
  summary: 'Ask the history of events, by a condition of the rule language.',
  doc: 'Asks the server: the newest first. Conditions may name the macros and lists of its rules. History keeps the events that rules wanted.',
  arguments: { condition: optionalArgument('CONDITION', 'As in rules. Default: everything.') },
  options: {
    ...RANGE_OPTIONS,
    host: HOST_OPTION,
    kind: texts('KIND', 'Only of this kind, such as process.exec. May be given several times.', 'repeat'),
    process: text('KEY', 'Only of this process, as findings name it.'),
    limit: LIMIT_OPTION,
    ...CLIENT_OPTIONS,
  },
  examples: [
    { line: "query 'proc.name = curl and evt.type = connect' --from 7d", doc: 'Where did curl connect to in the last week?' },
    { line: "query --kind process.exec --json --limit 10000 'user.uid = 33'", doc: 'For programs: one JSON object per line.' },
  ],
  exits: ['ok', 'inputErrors'],
  run: async ({ server, tokenFile, json, color, limit, ...asked }, context) => {
    const [{ connectServer }, lists] = await Promise.all([import('../server-client.ts'), import('../server-lists.ts')])
    const events = connectServer({ server, tokenFile }, context).list<WholeEvent>('/events', asked, limitOf(limit))
    await lists.printList(events, lists.EVENT_TABLE, { json, color }, context)
    return EXIT.ok
  },
})
