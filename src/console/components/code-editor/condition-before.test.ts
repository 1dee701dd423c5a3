import { expect, test } from 'vitest'
import { conditionBefore } from './condition-before.ts'

const CASES: readonly (readonly [what: string, text: string, condition: string | undefined])[] = [
  ['on the line of its key', '- rule: A\n  condition: proc.name = ', 'proc.name = '],
  ['folded over lines', '- rule: A\n  condition: >\n    proc.name = bash\n    and fd.', 'proc.name = bash and fd.'],
  ['of a macro', '- macro: a\n  condition: evt.type in (', 'evt.type in ('],
  ['behind it', '- rule: A\n  condition: proc.name = bash\n  output: ', undefined],
  ['nowhere', 'some text', undefined],
  ['of a step of a sequence', '  sequence:\n    steps:\n      - name: x\n        condition: fd', 'fd'],
]

test.each(CASES)('%s', (_, text, condition) => {
  expect(conditionBefore(text)).toBe(condition)
})
