import { join } from 'node:path'
import { createTagLint } from '../../src/coverage/tag-lint.ts'
import { VOCABULARY } from '../../src/events/fields.ts'
import { loadRules } from '../../src/lang/load-rules.ts'
import { readTextFiles } from '../../src/lib/text-files.ts'
import type { Check } from './check.ts'

const MAX_BYTES = 1024 * 1024

export const techniqueTags: Check = {
  name: 'technique tags',
  doc: 'Shipped rules name techniques that exist, are in use, are for Linux or containers, and belong to a tactic of the rule (its folder, or a tag).',
  run: ({ root }) => {
    const files = readTextFiles([join(root, 'rules')], { extensions: ['.yaml'], maxBytes: MAX_BYTES })
    const lint = createTagLint()
    return loadRules(files, { vocabulary: VOCABULARY })
      .rules.flatMap(lint)
      .map((line) => line.replace(`${root}/`, '').replace(root, ''))
  },
}
