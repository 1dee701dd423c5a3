import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { amount, argument, choice, text } from '../option.ts'
import { STATE_OPTION, storeFolder } from '../store-options.ts'

const DAYS = 90
const MOST_DAYS = 365

export const tokensAdd = defineCommand({
  name: 'tokens add',
  summary: 'Make an API token for a program, or for yourself on the command line.',
  doc: 'Writes to the store of this host, also while the server runs, and to the audit log. The token is printed this once. Needs root.',
  arguments: { name: argument('NAME', 'What it is for.') },
  options: {
    role: choice(['viewer', 'analyst', 'responder', 'admin'], 'What it may; never more than its user. Default: viewer.'),
    user: text('NAME', 'Whose token it is. Default: the first admin.'),
    days: amount('DAYS', `How long it is good. Default: ${DAYS}.`, `a whole number from 1 to ${MOST_DAYS}`, daysOf),
    state: STATE_OPTION,
  },
  examples: [
    { line: 'tokens add siem --days 365', doc: 'For a program that reads.' },
    { line: 'tokens add shell --role analyst', doc: 'For your own command line; keep it in a file that only you may read.' },
  ],
  exits: ['ok'],
  run: async ({ name, role = 'viewer', user, days = DAYS, state, json }, context) => {
    const { token, secret } = await context.access.addToken(storeFolder(state), { name, role, user, days })
    const { safeJson } = await import('../../lib/escape.ts')
    if (!json) context.stderr(`a token of ${role}, good for ${days} days; it is printed this once\n`)
    context.stdout.write(json ? `${safeJson({ id: token.id, name, role, expiresNs: token.expiresNs, secret })}\n` : `${secret}\n`)
    return EXIT.ok
  },
})

function daysOf(given: string): number | undefined {
  const days = /^\d{1,3}$/.test(given) ? Number(given) : 0
  return days >= 1 && days <= MOST_DAYS ? days : undefined
}
