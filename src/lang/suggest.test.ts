import { expect, test } from 'vitest'
import { editDistance, suggest } from './suggest.ts'

const NAMES = ['proc.name', 'proc.pname', 'proc.args', 'fd.name', 'evt.type', 'skip-if-unknown-filter']

test.each([
  ['a swap', 'proc.nmae', 'proc.name'],
  ['a letter too few', 'pro.name', 'proc.name'],
  ['a letter too many', 'evt.typee', 'evt.type'],
  ['a wrong letter', 'fd.mame', 'fd.name'],
  ['underscores for dashes', 'skip_if_unknown_filter', 'skip-if-unknown-filter'],
  ['another case', 'EVT.TYPE', 'evt.type'],
  ['nothing that is near', 'container.image', undefined],
  ['nothing for nothing', '', undefined],
  ['a text too long to be a slip', 'x'.repeat(1000), undefined],
])('%s', (_, word, expected) => {
  expect(suggest(word, NAMES)).toBe(expected)
})

test('the distance counts a swap of neighbours once', () => {
  expect(editDistance('ab', 'ba', 9)).toBe(1)
  expect(editDistance('kitten', 'sitting', 9)).toBe(3)
  expect(editDistance('abcdef', 'uvwxyz', 3)).toBe(3)
})
