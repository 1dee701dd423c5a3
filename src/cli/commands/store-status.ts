import { colourOf } from '../colour.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { STATE_OPTION, storeFolder } from '../store-options.ts'

export const storeStatus = defineCommand({
  name: 'store status',
  summary: 'Say what the store holds, how large it is, and how long things are kept.',
  doc: 'Looks into the store of a server that does not run. While it runs, ask it: the page Settings of the console, or GET /api/store.',
  arguments: {},
  options: { state: STATE_OPTION },
  examples: [
    { line: 'store status', doc: 'How large is it?' },
    { line: 'store status --json', doc: 'The same as one JSON object.' },
  ],
  exits: ['ok'],
  run: async ({ state, json, color }, context) => {
    const report = await context.store.status(storeFolder(state))
    const [{ storeStatusText }, { safeJson }] = await Promise.all([import('../store-text.ts'), import('../../lib/escape.ts')])
    context.stdout.write(json ? `${safeJson(report)}\n` : storeStatusText(report, colourOf(color, context)))
    return EXIT.ok
  },
})
