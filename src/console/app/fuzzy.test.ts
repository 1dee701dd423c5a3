import { expect, test } from 'vitest'
import { fuzzyMatch } from './fuzzy.ts'

const NAMES = ['Now', 'Incidents', 'Close incident', 'Copy a link to this view', 'Dark theme', 'Theme of the system', 'Log out']
const best = (typed: string): string | undefined =>
  NAMES.map((name) => ({ name, match: fuzzyMatch(typed, name) }))
    .filter(({ match }) => match !== undefined)
    .sort((a, b) => (b.match?.score ?? 0) - (a.match?.score ?? 0))[0]?.name

test.each([
  ['the beginning of a word finds it', 'inc', 'Incidents'],
  ['case does not matter', 'NOW', 'Now'],
  ['first letters of words find it', 'ci', 'Close incident'],
  ['letters in order find it', 'drk', 'Dark theme'],
  ['two words find it', 'copy link', 'Copy a link to this view'],
  ['the text that begins with it comes before one that has it inside', 'theme', 'Theme of the system'],
])('%s: %s', (_, typed, name) => {
  expect(best(typed)).toBe(name)
})

test('what has not all letters in order is not found', () => {
  expect([fuzzyMatch('won', 'Now'), fuzzyMatch('xyz', 'Now')]).toEqual([undefined, undefined])
})

test('the places of the letters are told', () => {
  expect(fuzzyMatch('lt', 'Log out')?.at).toEqual([0, 6])
})
