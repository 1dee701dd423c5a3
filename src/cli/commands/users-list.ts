import { colourOf } from '../colour.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { STATE_OPTION, storeFolder } from '../store-options.ts'

export const usersList = defineCommand({
  name: 'users list',
  summary: 'Show who may log in to the console, and what they may.',
  doc: 'Reads the store of this host, also while the server runs. Needs root.',
  arguments: {},
  options: { state: STATE_OPTION },
  examples: [
    { line: 'users list', doc: 'Who may come in?' },
    { line: 'users list --json', doc: 'The same as a JSON list.' },
  ],
  exits: ['ok'],
  run: async ({ state, json, color }, context) => {
    const users = await context.access.listUsers(storeFolder(state))
    const [{ usersText }, { safeJson }] = await Promise.all([import('../access-text.ts'), import('../../lib/escape.ts')])
    context.stdout.write(json ? `${safeJson(users)}\n` : usersText(users, colourOf(color, context)))
    return EXIT.ok
  },
})
