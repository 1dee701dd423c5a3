import { AppError } from '../../lib/app-error.ts'
import { defineCommand } from '../command.ts'
import { EVIDENCE_KEY_OPTIONS } from '../evidence-options.ts'
import { EXIT } from '../exit-code.ts'
import { argument, optionalArgument } from '../option.ts'

/** Of each file. */
const MAX_SHOWN = 256 * 1024

export const evidenceShow = defineCommand({
  name: 'evidence show',
  summary: 'Show what an evidence archive holds.',
  doc: 'Verifies it first, as `evidence verify` does; of one that is not what was sealed only that is told. Without SECTION: of whom it is, when it was made, what each section holds and what is missing. With it: the files of the section, the beginning of each; escapes are made harmless. The name of a single file serves, too.',
  arguments: {
    file: argument('FILE', 'The archive.'),
    section: optionalArgument('SECTION', 'A section (`open-files`), or a file in it (`open-files/4711.json`).'),
  },
  options: EVIDENCE_KEY_OPTIONS,
  examples: [
    { line: 'evidence show case-17.tar.zst', doc: 'What it holds.' },
    { line: 'evidence show case-17.tar.zst process-tree', doc: 'Who ran.' },
    { line: 'evidence show case-17.tar.zst open-files --json', doc: '{"verification","files":[{"name","bytes","text"}]}.' },
  ],
  exits: ['ok', 'inputErrors'],
  run: async ({ file, section, key, state, json }, context) => {
    const shown = await context.evidence.show(file, section, { key, state, maxBytes: MAX_SHOWN })
    const { verification, files } = shown
    const known = verification.manifest?.sections.filter((one) => one.files > 0).map(({ name }) => name) ?? []
    if (verification.valid && section !== undefined && files.length === 0)
      throw new AppError('EVIDENCE_SECTION', { path: file, section, known: known.join(', ') })
    const { bundleText, shownJson } = await import('../evidence-text.ts')
    context.stdout.write(json ? shownJson(shown) : bundleText(shown))
    return verification.valid ? EXIT.ok : EXIT.inputErrors
  },
})
