import type { ActionRecord } from '../../findings/action-record.ts'
import { CLIENT_OPTIONS, LIMIT_OPTION, limitOf } from '../client-options.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { text } from '../option.ts'

export const actions = defineCommand({
  name: 'actions',
  summary: 'List what was done about findings, or would have been.',
  doc: 'Asks the server: the newest first.',
  arguments: {},
  options: {
    incident: text('ID', 'Only about this incident.'),
    host: text('NAME', 'Only on this host.'),
    limit: LIMIT_OPTION,
    ...CLIENT_OPTIONS,
  },
  examples: [{ line: 'actions --json', doc: 'For programs: one JSON object per line.' }],
  exits: ['ok', 'inputErrors'],
  run: async ({ server, tokenFile, json, color, limit, incident, host }, context) => {
    const [{ connectServer }, lists] = await Promise.all([import('../server-client.ts'), import('../server-lists.ts')])
    const items = connectServer({ server, tokenFile }, context).list<ActionRecord>('/actions', { incident, host }, limitOf(limit))
    await lists.printList(items, lists.ACTION_TABLE, { json, color }, context)
    return EXIT.ok
  },
})
