import { defineCommand } from '../command.ts'
import { EVIDENCE_KEY_OPTIONS } from '../evidence-options.ts'
import { EXIT } from '../exit-code.ts'
import { argument } from '../option.ts'

export const evidenceVerify = defineCommand({
  name: 'evidence verify',
  summary: 'Tell whether an evidence archive is what was sealed.',
  doc: 'Compares every hash, the chain of hashes, the order of the files, the time and the signature, and finds whatever was added, removed or moved, down to a byte between two files. The first difference is named. Without --key, a bundle of this host is verified with its own key; of another it is only told which key signed it, which proves nothing about who made it.',
  arguments: { file: argument('FILE', 'The archive.') },
  options: EVIDENCE_KEY_OPTIONS,
  examples: [
    { line: 'evidence verify case-17.tar.zst --key web-1.pub', doc: 'Made by the host with that key, and unchanged?' },
    { line: 'evidence verify case-17.tar.zst --json', doc: '{"valid","problem","key","time","manifest",…}.' },
  ],
  exits: ['ok', 'inputErrors'],
  run: async ({ file, key, state, json }, context) => {
    const verification = await context.evidence.verify(file, { key, state })
    const { verificationText } = await import('../evidence-text.ts')
    const { safeJson } = await import('../../lib/escape.ts')
    context.stdout.write(json ? `${safeJson(verification)}\n` : verificationText(verification))
    return verification.valid ? EXIT.ok : EXIT.inputErrors
  },
})
