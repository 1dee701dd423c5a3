import { expect, test } from 'vitest'
import { compileGlob, textInGlob } from './glob.ts'

test.each([
  ['a pattern without wildcards is the text itself', 'abc', 'abc', true],
  ['and nothing longer', 'abc', 'abcd', false],
  ['a star may stand for nothing', 'a*c', 'ac', true],
  ['a star crosses slashes', '/a/*/d', '/a/b/c/d', true],
  ['a star takes a leading dot', '*', '.hidden', true],
  ['several stars in a row are one', 'a***c', 'abbbc', true],
  ['a star between others finds the last way', '*ab*ab', 'xxabyabzab', true],
  ['beginning and end may not overlap', 'ab*ba', 'aba', false],
  ['nor may what is between', 'ab*b*ba', 'abba', false],
  ['texts between stars come in their order', '*a*b*', 'xbya', false],
  ['a question mark is one character', 'a?c', 'abc', true],
  ['a question mark is not none', 'a?c', 'ac', false],
  ['a question mark is one character also beyond ASCII', 'a?c', 'aéc', true],
  ['a question mark takes an emoji whole', '?', '😀', true],
  ['a set', '[abc]x', 'bx', true],
  ['a range', '[a-c]x', 'dx', false],
  ['a set turned round with !', '[!a-c]x', 'dx', true],
  ['a set turned round with ^', '[^a-c]x', 'ax', false],
  ['a bracket first in a set is a member', '[]a]', ']', true],
  ['a minus last in a set is a member', '[a-]', '-', true],
  ['a class', '[[:digit:]]*', '7up', true],
  ['a class among others', '[x[:upper:]]', 'Q', true],
  ['an unknown class is its characters', '[[:nope:]]', 'n]', true],
  ['a bracket that is not closed is itself', 'a[b', 'a[b', true],
  ['a backslash takes the next as it is', 'a\\*b', 'a*b', true],
  ['and nothing else', 'a\\*b', 'axb', false],
  ['a backslash inside a set', '[\\]]', ']', true],
  ['a backslash at the end matches nothing', 'a\\', 'a\\', false],
  ['case counts', 'ABC', 'abc', false],
])('%s', (_, pattern, text, matches) => {
  expect(compileGlob(pattern)(text)).toBe(matches)
})

test.each([
  ['the longest text between wildcards', '*/python[23]*', '/python'],
  ['with what a backslash takes as it is', 'a*b\\*c', 'b*c'],
  ['a bracket that is not closed', '*[ab', '[ab'],
  ['nothing where there are wildcards alone', '?*[a]', ''],
  ['nothing of a pattern that matches nothing', 'abc\\', ''],
])('what a glob asks to be there: %s', (_, pattern, text) => {
  expect(textInGlob(pattern)).toBe(text)
})

test('without case, A to Z are a to z', () => {
  expect(compileGlob('*.EXE', { ignoreCase: true })('Run.exe')).toBe(true)
  expect(compileGlob('É', { ignoreCase: true })('é')).toBe(false)
})

test('many stars over a long text take no time to speak of', () => {
  const test = compileGlob(`${'*a'.repeat(40)}b?`)
  const before = process.hrtime.bigint()
  expect(test('a'.repeat(20_000))).toBe(false)
  expect(Number(process.hrtime.bigint() - before) / 1e9).toBeLessThan(5)
})
