import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { argument } from '../option.ts'
import { STATE_OPTION, storeFolder } from '../store-options.ts'

export const tokensRemove = defineCommand({
  name: 'tokens remove',
  summary: 'Take an API token away: its program is let in no more.',
  doc: 'At once, also while the server runs; it is told in the audit log. Writes to the store of this host. Needs root.',
  arguments: { id: argument('ID', 'Of the token: tarsier tokens list shows it.') },
  options: { state: STATE_OPTION },
  examples: [
    { line: 'tokens remove 0b5e6f0e-7c1f-4a52-9c53-3f6b1d2a9c11', doc: 'Whoever has its secret is nobody now.' },
    { line: 'tokens remove 0b5e6f0e-7c1f-4a52-9c53-3f6b1d2a9c11 --json', doc: 'Prints what was taken away as JSON.' },
  ],
  exits: ['ok'],
  run: async ({ id, state, json }, context) => {
    const token = await context.access.removeToken(storeFolder(state), id)
    const { escapeText, safeJson } = await import('../../lib/escape.ts')
    context.stdout.write(json ? `${safeJson(token)}\n` : `the token ${escapeText(token.name)} of ${escapeText(token.user)} is removed\n`)
    return EXIT.ok
  },
})
