import { expect, test } from 'vitest'
import { changesText } from './rule-changes.ts'

test.each([
  ['names of new and gone rules', { added: ['A', 'B'], removed: ['C'] }, '9 rules run: 2 new (A, B), 1 gone (C)'],
  ['the first five names of many', { added: [...'ABCDEF'], removed: [] }, '9 rules run: 6 new (A, B, C, D, E, …)'],
  ['a change within rules', { added: [], removed: [] }, '9 rules run: the same names, changed within'],
])('tells %s', (_, changes, text) => {
  expect(changesText(9, changes)).toBe(text)
})
