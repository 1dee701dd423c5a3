import { colourOf } from '../colour.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { amount, flag, positive, text } from '../option.ts'
import { STATE_OPTION, storeFolder } from '../store-options.ts'

const NEWEST = 50

export const auditList = defineCommand({
  name: 'audit list',
  summary: 'Show what people did in the console and by the API.',
  doc: 'Reads the audit log of this host, also while the server runs; the newest entries stand last. Needs root.',
  arguments: {},
  options: {
    limit: amount('N', `The newest N. Default: ${NEWEST}.`, 'a number above 0', positive),
    all: flag('All of them.'),
    user: text('NAME', 'Only what this user did.'),
    action: text('ACTION', 'Only entries of this action, such as rule.exception.add.'),
    state: STATE_OPTION,
  },
  examples: [
    { line: 'audit list', doc: 'What happened last?' },
    { line: 'audit list --action session.login.failed', doc: 'Who tried in vain?' },
    { line: 'audit list --all --json', doc: 'An export as JSON lines, with their hashes: tarsier audit verify --file reads it.' },
  ],
  exits: ['ok'],
  run: async ({ limit = NEWEST, all, user, action, state, json, color }, context) => {
    const entries = await context.access.listAudit(storeFolder(state), { newest: all ? undefined : limit, user, action })
    const [{ auditEntryText }, { safeJson }] = await Promise.all([import('../access-text.ts'), import('../../lib/escape.ts')])
    const colour = colourOf(color, context)
    for (const entry of entries) context.stdout.write(json ? `${safeJson(entry)}\n` : auditEntryText(entry, colour))
    return EXIT.ok
  },
})
