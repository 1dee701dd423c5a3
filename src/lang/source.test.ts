import { expect, test } from 'vitest'
import { parseDocument, type Scalar } from 'yaml'
import { concatenate, fixedSource, locate, type Origin, slice, sourceOf } from './source.ts'

/** The value of the first entry of a YAML map, as an origin. */
function valueIn(text: string): Origin {
  const pair = (parseDocument(text).contents as unknown as { items: { value: Scalar }[] }).items[0]
  const [start = 0, end = 0] = pair?.value.range ?? []
  return { file: { path: 'a.yaml', text }, start, end, value: String(pair?.value.value) }
}

const at = (text: string, word: string): string => {
  const origin = valueIn(text)
  const { line, column } = locate(sourceOf(origin), origin.value.indexOf(word))
  return `${line}:${column}`
}

test.each([
  ['a plain value', 'k: abc def', 'def', '1:8'],
  ['a plain value over two lines', 'k: abc\n   def ghi', 'ghi', '2:8'],
  ['a folded block', 'k: >\n  abc\n  def\n', 'def', '3:3'],
  ['a folded block with deeper lines', 'k: >\n  abc\n    def\n  ghi\n', 'ghi', '4:3'],
  ['a literal block with an empty line', 'k: |\n\n  abc\n\n  def\n', 'def', '5:3'],
  ['single quotes with a quote inside', "k: 'it''s here'", 'here', '1:11'],
  ['double quotes with escapes', 'k: "a\\tb \\x41 c d"', 'c d', '1:15'],
  ['a block with stripping', 'k: >-\n    abc\n    def', 'def', '3:5'],
])('a word is found in its line and column in %s', (_, text, word, expected) => {
  expect(at(text, word)).toBe(expected)
})

test('pieces keep their places when they are cut and joined', () => {
  const origin = valueIn('k: abc def ghi')
  const whole = sourceOf(origin)
  const joined = concatenate([slice(whole, 8, 11), fixedSource(' and ', origin), slice(whole, 0, 3)])
  expect(joined.text).toBe('ghi and abc')
  expect(locate(joined, 0).column).toBe(12)
  expect(locate(joined, 5).column).toBe(4)
  expect(locate(joined, 10).column).toBe(6)
})
