import { expect, test } from 'vitest'
import { allOf, oneOf, parseSearch, someOf, stringifySearch } from './url-state.ts'

test.each<[text: string, search: Record<string, string | string[]>]>([
  ['', {}],
  ['?text=a+b%26c', { text: 'a b&c' }],
  ['?rule=A&rule=B&rule=C', { rule: ['A', 'B', 'C'] }],
  ['?from=24h&limit=10', { from: '24h', limit: '10' }],
  ['?text=1', { text: '1' }],
])('%s is read as it was written', (text, search) => {
  expect(parseSearch(text)).toEqual(search)
  expect(parseSearch(stringifySearch(search))).toEqual(search)
})

test('what is empty does not stand in the address', () => {
  expect(stringifySearch({ a: undefined, b: '', c: [], d: '0', e: null })).toBe('?d=0')
})

test('a time stays readable', () => {
  expect(stringifySearch({ from: '2026-11-22T20:10:00Z', path: '/etc/shadow' })).toBe('?from=2026-11-22T20:10:00Z&path=/etc/shadow')
})

test('names that objects have already are names like others, but for the prototype', () => {
  expect(parseSearch('?constructor=1&toString=2')).toEqual({ constructor: '1', toString: '2' })
  expect(parseSearch('?__proto__=1&__proto__=2')).toEqual({})
})

test('one, all and some of a parameter', () => {
  const search = parseSearch('?state=open&state=odd&text=x')
  expect([oneOf(search, 'state'), oneOf(search, 'none')]).toEqual(['open', undefined])
  expect([allOf(search, 'state'), allOf(search, 'text'), allOf(search, 'none')]).toEqual([['open', 'odd'], ['x'], []])
  expect(someOf(search, 'state', ['open', 'closed'])).toEqual(['open'])
})
