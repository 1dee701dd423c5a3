import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { argument, flag } from '../option.ts'
import { createShareBar, STATE_OPTION, storeFolder } from '../store-options.ts'

export const storeRestore = defineCommand({
  name: 'store restore',
  summary: 'Put a backup in the place of the store.',
  doc: 'Compares every file of the backup with its checksum before anything that is there is touched. With --force it takes the place of a store that holds something; that is kept beside, and said. The server must not run.',
  arguments: { from: argument('FOLDER', 'A folder that `store backup` made.') },
  options: {
    state: STATE_OPTION,
    force: flag('Also into a store that holds something.'),
  },
  examples: [
    { line: 'store restore /backup/tarsier-2026-11-23', doc: 'On a new host.' },
    { line: 'store restore /backup/tarsier-2026-11-23 --force', doc: 'In the place of what is there.' },
  ],
  exits: ['ok', 'inputErrors'],
  run: async ({ from, state, force, json }, context) => {
    const bar = createShareBar(context)
    const restored = await context.store.restore(from, storeFolder(state), { force, onProgress: bar.draw }).finally(bar.end)
    const [{ restoredText }, { safeJson }] = await Promise.all([import('../store-text.ts'), import('../../lib/escape.ts')])
    context.stdout.write(json ? `${safeJson(restored)}\n` : restoredText(restored))
    return EXIT.ok
  },
})
