import { isUserName, URL_OPTION } from '../access-options.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { argument, choice, UsageError } from '../option.ts'
import { STATE_OPTION, storeFolder } from '../store-options.ts'

export const usersAdd = defineCommand({
  name: 'users add',
  summary: 'Add somebody, who chooses a password by a link that is good once.',
  doc: 'Writes to the store of this host, also while the server runs, and to the audit log. Needs root.',
  arguments: { name: argument('NAME', 'In lower case.') },
  options: {
    role: choice(['viewer', 'analyst', 'responder', 'admin'], 'What they may. Default: viewer.'),
    url: URL_OPTION,
    state: STATE_OPTION,
  },
  examples: [
    { line: 'users add ada --role admin', doc: 'Prints the link for ada.' },
    { line: 'users add bob --json', doc: 'The same as {"user","link"}.' },
  ],
  exits: ['ok'],
  run: async ({ name, role = 'viewer', url, state, json }, context) => {
    if (!isUserName(name)) throw new UsageError(`${name} must be letters in lower case, digits and . _ @ -`)
    const address = url ?? (await context.access.consoleAddress(state))
    const invitation = await context.access.addUser(storeFolder(state), { name, role })
    const [{ invitationText }, { safeJson }] = await Promise.all([import('../access-text.ts'), import('../../lib/escape.ts')])
    const link = `${address}/setup#${invitation.secret}`
    context.stdout.write(json ? `${safeJson({ user: invitation.user, link })}\n` : invitationText(invitation, address))
    return EXIT.ok
  },
})
