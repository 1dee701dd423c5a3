import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { Text } from './text.tsx'

const shown = (value: string, keepLines = false): string =>
  renderToStaticMarkup(<Text value={value} keepLines={keepLines} />).replace(/<[^>]*>/g, '')

test.each([
  ['HTML is text', '<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
  ['an escape sequence is seen', 'a\x1b[31mb', 'a\\x1b[31mb'],
  ['a bidi override is seen', 'a\u202egnp.exe', 'a\\u{202e}gnp.exe'],
  ['a zero width space is seen', 'a\u200bb', 'a\\u{200b}b'],
  ['a line feed is seen', 'a\nb', 'a\\x0ab'],
  ['a byte that was no UTF-8 is seen', 'a\udcffb', 'a\\xffb'],
  ['other scripts are left alone', 'größe 名前 שם', 'größe 名前 שם'],
])('%s', (_, value, text) => {
  expect(shown(value)).toBe(text)
})

test('lines stay lines where they are wanted, other controls are seen', () => {
  expect(shown('a\n\tb\r', true)).toBe('a\n\tb\\x0d')
})

test('what is endless is cut, and says so', () => {
  const text = shown('x'.repeat(100_000))
  expect([text.length < 9000, text.endsWith('92000 characters more')]).toEqual([true, true])
})
