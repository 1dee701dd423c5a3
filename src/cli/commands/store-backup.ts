import { formatBytes } from '../../lib/quantity.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { argument } from '../option.ts'
import { createShareBar, STATE_OPTION, storeFolder } from '../store-options.ts'

export const storeBackup = defineCommand({
  name: 'store backup',
  summary: 'Copy the store into a new folder, with checksums.',
  doc: 'Makes a whole copy of the store of a server that does not run. While it runs, the server makes it: POST /api/store/backups. A folder without manifest.json is no whole copy. The copy holds the hashes of passwords and what was found: keep it as safe as the store.',
  arguments: { into: argument('FOLDER', 'Where to: a folder that does not exist yet, or is empty.') },
  options: { state: STATE_OPTION },
  examples: [
    { line: 'store backup /backup/tarsier-2026-11-23', doc: 'A copy of everything.' },
    { line: 'store backup /backup/today --json', doc: 'The same; says {"folder","bytes"}.' },
  ],
  exits: ['ok', 'inputErrors'],
  run: async ({ into, state, json }, context) => {
    const bar = createShareBar(context)
    const { bytes } = await context.store.backUp(storeFolder(state), into, bar.draw).finally(bar.end)
    const { escapeText, safeJson } = await import('../../lib/escape.ts')
    context.stdout.write(json ? `${safeJson({ folder: into, bytes })}\n` : `${escapeText(into)}: ${formatBytes(bytes)}\n`)
    return EXIT.ok
  },
})
