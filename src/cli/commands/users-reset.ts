import { URL_OPTION } from '../access-options.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { argument } from '../option.ts'
import { STATE_OPTION, storeFolder } from '../store-options.ts'

export const usersReset = defineCommand({
  name: 'users reset',
  summary: 'Make a link by which somebody chooses a new password.',
  doc: 'For those who are locked out, admins too. Writes to the store of this host, also while the server runs, and to the audit log. Who was disabled comes in again by the link. Needs root.',
  arguments: { name: argument('NAME', 'Of the user.') },
  options: { url: URL_OPTION, state: STATE_OPTION },
  examples: [
    { line: 'users reset ada', doc: 'Prints the link.' },
    { line: 'users reset ada --json', doc: 'The same as {"user","link"}.' },
  ],
  exits: ['ok'],
  run: async ({ name, url, state, json }, context) => {
    const address = url ?? (await context.access.consoleAddress(state))
    const invitation = await context.access.resetUser(storeFolder(state), name.toLowerCase())
    const [{ invitationText }, { safeJson }] = await Promise.all([import('../access-text.ts'), import('../../lib/escape.ts')])
    const link = `${address}/setup#${invitation.secret}`
    context.stdout.write(json ? `${safeJson({ user: invitation.user, link })}\n` : invitationText(invitation, address))
    return EXIT.ok
  },
})
