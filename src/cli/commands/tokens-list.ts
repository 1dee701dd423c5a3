import { colourOf } from '../colour.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { STATE_OPTION, storeFolder } from '../store-options.ts'

export const tokensList = defineCommand({
  name: 'tokens list',
  summary: 'Show the API tokens of everybody: whose they are, what they may, when they end and were last used.',
  doc: 'Reads the store of this host, also while the server runs. Secrets are in no store. Needs root.',
  arguments: {},
  options: { state: STATE_OPTION },
  examples: [
    { line: 'tokens list', doc: 'Which programs come in?' },
    { line: 'tokens list --json', doc: 'The same as a JSON list.' },
  ],
  exits: ['ok'],
  run: async ({ state, json, color }, context) => {
    const tokens = await context.access.listTokens(storeFolder(state))
    const [{ tokensText }, { safeJson }] = await Promise.all([import('../access-text.ts'), import('../../lib/escape.ts')])
    context.stdout.write(json ? `${safeJson(tokens)}\n` : tokensText(tokens, Date.now() * 1e6, colourOf(color, context)))
    return EXIT.ok
  },
})
