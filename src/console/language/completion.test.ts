import { expect, test } from 'vitest'
import type { LanguageEntry } from '../../api/services.ts'
import { offersAt, placeAt } from './completion.ts'

const entry = (kind: LanguageEntry['kind'], name: string, type?: string, takesArgument = true): LanguageEntry => ({
  kind,
  name,
  type,
  doc: `About ${name}.`,
  takesArgument,
})

const ENTRIES: readonly LanguageEntry[] = [
  entry('field', 'proc.name', 'string', false),
  entry('field', 'proc.pid', 'number', false),
  entry('field', 'evt.failed', 'boolean', false),
  entry('field', 'evt.type', 'string', false),
  entry('operator', '=', 'string, number, boolean'),
  entry('operator', '<', 'number'),
  entry('operator', 'in', 'string, number'),
  entry('operator', 'exists', undefined, false),
  entry('transformer', 'tolower'),
  entry('macro', 'spawned'),
  entry('list', 'shells'),
  entry('event-type', 'execve'),
]

/** The cursor is where `|` stands. */
function offered(text: string): string {
  const at = text.indexOf('|')
  const place = placeAt(text.replace('|', ''), at)
  return `${place.from}: ${offersAt(place, ENTRIES)
    .map(({ insert }) => insert)
    .join('|')}`
}

test.each<[sentence: string, text: string, offers: string]>([
  ['at the start: fields, transformers, macros and not', '|', '0: proc.name |proc.pid |evt.failed |evt.type |tolower()|spawned|not '],
  [
    'in the middle of a word the word is replaced',
    'spawned and pr|oc',
    '12: proc.name |proc.pid |evt.failed |evt.type |tolower()|spawned|not ',
  ],
  ['operators that compare such a field', 'proc.pid |', '9: = |< |in ()|exists'],
  ['operators that compare texts', 'proc.name |', '10: = |in ()|exists'],
  ['any operator behind a field that is not known', 'x.y |', '4: = |< |in ()|exists'],
  ['an operator that is half written', 'proc.name e|', '10: = |in ()|exists'],
  ['true and false', 'evt.failed = |', '13: true|false'],
  ['types of events', 'evt.type in (a, |', '16: execve|shells'],
  ['lists in a list', 'proc.name in (|', '14: shells'],
  ['nothing of the vocabulary where a value of the field stands', 'proc.name = b|', '12: '],
  ['and, or behind a check', 'proc.name = bash |', '17: and |or '],
  ['fields inside a transformer', 'tolower(|', '8: proc.name |proc.pid |evt.failed |evt.type |tolower()'],
])('%s', (_, text, offers) => {
  expect(offered(text)).toBe(offers)
})

test('the field before a value is known without its argument', () => {
  expect(placeAt('proc.aname[2] in (a, "b', 23)).toEqual({ expected: 'list', from: 21, field: 'proc.aname', operator: 'in' })
})
