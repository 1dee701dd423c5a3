import { expect, test } from 'vitest'
import { editDistance, nearest } from './nearest.ts'

test.each([
  ['rnu', 'run'],
  ['doctro', 'doctor'],
  ['RULES', 'rules'],
  ['syslog+tsl', 'syslog+tls'],
  ['banana', undefined],
  ['', undefined],
] as const)('%j is nearest to %j', (word, wanted) => {
  expect(nearest(word, ['run', 'rules', 'doctor', 'syslog+tls'])).toBe(wanted)
})

test.each([
  ['', '', 0],
  ['abc', 'abc', 0],
  ['abc', 'acb', 1],
  ['abc', 'ab', 1],
  ['kitten', 'sitting', 3],
  ['', 'abc', 3],
] as const)('%j to %j takes %i edits', (a, b, edits) => {
  expect(editDistance(a, b)).toBe(edits)
  expect(editDistance(b, a)).toBe(edits)
})
