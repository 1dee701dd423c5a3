import { expect, test } from 'vitest'
import { code, table } from './markdown.ts'

test.each([
  ['a plain text', 'abc', '`abc`'],
  ['a text with a backtick', 'a`b', '`` a`b ``'],
  ['nothing', '', '(empty)'],
  ['NULs and newlines, which stay visible', 'a\0b\n', '`a\\0b\\n`'],
])('code: %s', (_, text, expected) => {
  expect(code(text)).toBe(expected)
})

test('a table cell keeps its bars and loses its line ends', () => {
  expect(table(['a'], [['x|y\nz']])).toBe('| a |\n| --- |\n| x\\|y z |')
})
