import { colourOf } from '../colour.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { text } from '../option.ts'
import { STATE_OPTION, storeFolder } from '../store-options.ts'

export const auditVerify = defineCommand({
  name: 'audit verify',
  summary: 'See whether every entry of the audit log is as it was written.',
  doc: 'Each entry bears a hash over itself and the hash before: what was changed, taken out or put in is found. That the end was cut off is not; keep the last hash elsewhere and compare. Reads the store of this host, also while the server runs, or an export.',
  arguments: {},
  options: {
    file: text('PATH', 'An export: what `tarsier audit list --all --json` wrote. `-` is standard input.'),
    state: STATE_OPTION,
  },
  examples: [
    { line: 'audit verify', doc: 'Is the log of this host whole?' },
    { line: 'audit verify --file audit.jsonl', doc: 'Is that export?' },
    { line: 'audit verify --json', doc: 'The same as {"ok","entries","brokenAt","hash"}.' },
  ],
  exits: ['ok', 'inputErrors'],
  run: async ({ file, state, json, color }, context) => {
    const verdict = await context.access.verifyAudit(file === undefined ? { folder: storeFolder(state) } : { file })
    const [{ auditVerdictText }, { safeJson }] = await Promise.all([import('../access-text.ts'), import('../../lib/escape.ts')])
    context.stdout.write(json ? `${safeJson(verdict)}\n` : auditVerdictText(verdict, colourOf(color, context)))
    return verdict.ok ? EXIT.ok : EXIT.inputErrors
  },
})
