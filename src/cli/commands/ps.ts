import type { StoredProcess } from '../../store/state-store.ts'
import { CLIENT_OPTIONS, LIMIT_OPTION, limitOf, RANGE_OPTIONS } from '../client-options.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { flag, text } from '../option.ts'

export const ps = defineCommand({
  name: 'ps',
  summary: 'List the processes that lived in a time, also those that have ended.',
  doc: 'Asks the server: the latest started first, with how many findings each has.',
  arguments: {},
  options: {
    ...RANGE_OPTIONS,
    text: text('WORDS', 'Only with these words in name, path, command line, user or container.'),
    host: text('NAME', 'Only of this host.'),
    container: text('ID', 'Only of this container.'),
    alive: flag('Only those that have not ended.'),
    limit: LIMIT_OPTION,
    ...CLIENT_OPTIONS,
  },
  examples: [
    { line: 'ps --text curl --from 1h', doc: 'Who ran curl in the last hour?' },
    { line: 'ps --container 0a1b2c3d4e5f --json', doc: 'All of a container, for programs.' },
  ],
  exits: ['ok', 'inputErrors'],
  run: async ({ server, tokenFile, json, color, limit, alive, ...query }, context) => {
    const [{ connectServer }, lists] = await Promise.all([import('../server-client.ts'), import('../server-lists.ts')])
    const client = connectServer({ server, tokenFile }, context)
    const items = client.list<StoredProcess>('/processes', { ...query, alive: alive ? true : undefined }, limitOf(limit))
    await lists.printList(items, lists.PROCESS_TABLE, { json, color }, context)
    return EXIT.ok
  },
})
