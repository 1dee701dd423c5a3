import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseCondition } from '../../lang/parse.ts'
import { sourceFromText } from '../../lang/source.ts'
import { tokenize } from './tokens.ts'
import { readValue, writeValue } from './values.ts'

/** What the language makes of a value that stands behind `proc.name = `. */
function parsed(word: string): string | undefined {
  const node = parseCondition(sourceFromText('test', `proc.name = ${word} and evt.type = open`))
  const [check] = node.kind === 'and' ? node.children : []
  return check?.kind === 'check' && check.right?.kind === 'value' ? check.right.text : undefined
}

test.each([
  'bash',
  '/usr/bin/x',
  'a b',
  '',
  'and',
  'oneof',
  'val(x)',
  'tolower(proc.name)',
  'back\\',
  'a\\\\b',
  '"',
  "'",
  'a"b\'c',
  '\n',
  '\x1b[31m',
  '\u202egnp.exe',
  '10.0.0.1:1->2',
  '<img src=x onerror=alert(1)>',
  'x=1,y',
  'ünï 🦀',
])('%j is read by the language as it was written', (value) => {
  expect(parsed(writeValue(value))).toBe(value)
  expect(readValue(writeValue(value))).toBe(value)
})

test('any text is one word, for the language and for the colours', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (value) => {
      const word = writeValue(value)
      expect(parsed(word)).toBe(value)
      expect(readValue(word)).toBe(value)
      expect(tokenize(`proc.name = ${word} and a`).tokens.map(({ kind }) => kind)).toEqual([
        'field',
        'operator',
        expect.stringMatching(/text|number/),
        'keyword',
        'macro',
      ])
    }),
  )
})
