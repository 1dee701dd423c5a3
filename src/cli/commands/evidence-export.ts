import { formatBytes, formatCount } from '../../lib/quantity.ts'
import { defineCommand } from '../command.ts'
import { EVIDENCE_KEY_OPTIONS } from '../evidence-options.ts'
import { EXIT } from '../exit-code.ts'
import { argument, text, UsageError } from '../option.ts'

export const evidenceExport = defineCommand({
  name: 'evidence export',
  summary: 'Unpack an evidence archive into a folder, once it is verified.',
  doc: 'Nothing is written unless all of it is what was sealed. Files are of their owner alone (mode 0600), and none of them can be run by mistake: what was a program is a .bin. They may be malware all the same.',
  arguments: { file: argument('FILE', 'The archive.') },
  options: { to: text('DIR', 'A folder that does not exist yet, or is empty.'), ...EVIDENCE_KEY_OPTIONS },
  examples: [
    { line: 'evidence export case-17.tar.zst --to case-17', doc: 'As plain files.' },
    { line: 'evidence export case-17.tar.zst --to case-17 --json', doc: '{"folder","files","bytes"}.' },
  ],
  exits: ['ok'],
  run: async ({ file, to, key, state, json }, context) => {
    if (to === undefined) throw new UsageError('say where to with --to DIR')
    const { files, bytes } = await context.evidence.unpack(file, to, { key, state })
    const { escapeText, safeJson } = await import('../../lib/escape.ts')
    const text = `${escapeText(to)}: ${formatCount(files)} files, ${formatBytes(bytes)}\n`
    context.stdout.write(json ? `${safeJson({ folder: to, files, bytes })}\n` : text)
    return EXIT.ok
  },
})
