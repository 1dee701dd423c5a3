import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { argument, choiceArgument } from '../option.ts'
import { STATE_OPTION, storeFolder } from '../store-options.ts'
import { sayUser } from '../user-command.ts'

export const usersRole = defineCommand({
  name: 'users role',
  summary: 'Change what somebody may.',
  doc: 'It holds at once, for sessions and tokens, too: a token may never more than its user. There is always one admin at least. Writes to the store of this host, also while the server runs, and to the audit log. Needs root.',
  arguments: {
    name: argument('NAME', 'Of the user.'),
    role: choiceArgument('ROLE', ['viewer', 'analyst', 'responder', 'admin'], 'viewer, analyst, responder or admin.'),
  },
  options: { state: STATE_OPTION },
  examples: [
    { line: 'users role bob analyst', doc: 'Bob may work on incidents.' },
    { line: 'users role bob viewer --json', doc: 'Prints the user as JSON.' },
  ],
  exits: ['ok'],
  run: async ({ name, role, state, json }, context) => {
    const user = await context.access.changeUser(storeFolder(state), name.toLowerCase(), { role })
    await sayUser(user, `is ${role} now`, json, context)
    return EXIT.ok
  },
})
