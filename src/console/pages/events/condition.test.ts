import { expect, test } from 'vitest'
import type { ApiDiagnostic } from '../../../api/services.ts'
import { type Offer, placeAt, valueOffer } from '../../language/completion.ts'
import { segmentsOf, spanOf } from './condition-segments.ts'
import { putIn, rankOffers } from './offers.ts'

const wrong = (column: number, endColumn: number, line = 1): ApiDiagnostic => ({
  severity: 'error',
  code: 'RULE_UNKNOWN_FIELD',
  message: 'unknown',
  line,
  column,
  endColumn,
  hint: undefined,
})

const shown = (text: string, diagnostics: readonly ApiDiagnostic[], cut?: number): string =>
  segmentsOf(text, diagnostics, cut)
    .map((segment) => `${segment.text}:${segment.kind ?? ''}${segment.severity === undefined ? '' : '!'}`)
    .join('|')

test.each<[string, string, readonly ApiDiagnostic[], number | undefined, string]>([
  ['nothing is no segment', '', [], undefined, ''],
  ['words and the blanks between them', 'a.b = c', [], undefined, 'a.b:field| :|=:operator| :|c:text'],
  ['what is wrong is marked', 'a.b = c', [wrong(1, 4)], undefined, 'a.b:field!| :|=:operator| :|c:text'],
  ['also over several words', 'not a', [wrong(1, 6)], undefined, 'not:keyword!| :!|a:macro!'],
  ['what is missing behind the end marks the last character', 'a.b', [wrong(4, 4)], undefined, 'a.:field|b:field!'],
  ['an empty place marks the character there', 'a b', [wrong(1, 1)], undefined, 'a:macro!| :|b:wrong'],
  ['a cut in a word', 'abc', [], 1, 'a:macro|bc:macro'],
  ['a place that is not there', 'ab', [wrong(90, 95, 7)], 40, 'a:macro|b:macro!'],
])('segments: %s', (_, text, diagnostics, cut, segments) => {
  expect(shown(text, diagnostics, cut)).toBe(segments)
})

test('every character of any text is in one segment', () => {
  for (const text of ['((("', 'a.b in (x,', "not 'x\\", '\u202e and ()', '= = =\n\n x', '🙂.b = 🙂'])
    expect(
      segmentsOf(text, [wrong(2, 3)], 2)
        .map((segment) => segment.text)
        .join(''),
    ).toBe(text)
})

test('a place in a later line', () => {
  expect(spanOf('a and\nb.c', { line: 2, column: 1, endColumn: 4 })).toEqual({ start: 6, end: 9 })
})

const offer = (label: string, isUsual = false, insert = label): Offer => ({ ...valueOffer(label, insert, ''), isUsual })

test('what begins as typed comes first, what is used often before others, and what does not answer is left out', () => {
  const offers = [offer('thread.name'), offer('proc.pname'), offer('proc.name', true), offer('fd.rip')]
  expect(rankOffers(offers, 'proc.n').map(({ label }) => label)).toEqual(['proc.name', 'proc.pname'])
  expect(rankOffers(offers, '').map(({ label }) => label)[0]).toBe('proc.name')
  expect(rankOffers(offers, 'name').map(({ label }) => label)[0]).toBe('proc.name')
})

test('a value is found by what it is, however it is written', () => {
  expect(rankOffers([offer('two words', true, '"two words"')], '"two w')).toHaveLength(1)
})

/** The cursor is where `|` stands, before and after. */
test.each([
  ['the half word is replaced', 'proc.na|', 'proc.name ', 0, 'proc.name |'],
  ['the whole word, when the cursor is inside it', 'pr|oc.nme = bash', 'proc.name ', 0, 'proc.name |= bash'],
  ['between words', 'a and | or b', 'c.d ', 0, 'a and c.d |or b'],
  ['before a word', 'a and |b', 'not ', 0, 'a and not |b'],
  ['into the parentheses', 'a.b i|', 'in ()', 1, 'a.b in (|)'],
])('an offer is put in: %s', (_, before, insert, cursorBack, after) => {
  const cursor = before.indexOf('|')
  const text = before.replace('|', '')
  const written = putIn({ text, cursor }, placeAt(text, cursor), { ...offer(insert), cursorBack })
  expect(`${written.text.slice(0, written.cursor)}|${written.text.slice(written.cursor)}`).toBe(after)
})
