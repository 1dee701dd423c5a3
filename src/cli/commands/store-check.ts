import { colourOf } from '../colour.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { STATE_OPTION, storeFolder } from '../store-options.ts'

export const storeCheck = defineCommand({
  name: 'store check',
  summary: 'See whether the store is whole: its files, its references, the chain of the audit log.',
  doc: 'Reads all of the store of a server that does not run, and changes nothing. Files are compared with their checksums; each entry of the audit log must follow from the one before.',
  arguments: {},
  options: { state: STATE_OPTION },
  examples: [
    { line: 'store check', doc: 'Is it whole?' },
    { line: 'store check --json', doc: 'The same as {"ok","parts":[{"name","ok","detail"}]}.' },
  ],
  exits: ['ok', 'inputErrors'],
  run: async ({ state, json, color }, context) => {
    const parts = await context.store.check(storeFolder(state))
    const ok = parts.every((part) => part.ok)
    const [{ storeCheckText }, { safeJson }] = await Promise.all([import('../store-text.ts'), import('../../lib/escape.ts')])
    context.stdout.write(json ? `${safeJson({ ok, parts })}\n` : storeCheckText(parts, colourOf(color, context)))
    return ok ? EXIT.ok : EXIT.inputErrors
  },
})
