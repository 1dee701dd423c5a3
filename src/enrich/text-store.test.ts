import { expect, test } from 'vitest'
import { createTextStore } from './text-store.ts'

const MAX_BYTES = 1000

/** Text by text, each given as bytes that stand between others. */
function kept(texts: readonly string[], maxBytes = MAX_BYTES) {
  const store = createTextStore(maxBytes)
  return texts.map((text) => store.keepBytes(Buffer.from(`<${text}>`, 'latin1'), 1, 1 + text.length))
}

test.each([
  ['one after another', ['A=1\0', 'A=1\0']],
  ['with another between', ['A=1\0', 'B=2\0', 'A=1\0']],
])('equal texts share a block, %s', (_, texts) => {
  const blocks = kept(texts)
  expect(blocks.at(-1)).toBe(blocks[0])
  expect(blocks.map(({ raw }) => raw)).toEqual(texts)
})

test.each([
  ['of the same length', ['A=1\0', 'A=2\0']],
  ['the beginning of the one before', ['A=12\0', 'A=1']],
  ['of bytes that are no characters', ['\xff\0', '\xfe\0']],
])('other texts have blocks of their own: %s', (_, texts) => {
  expect(kept(texts).map(({ raw }) => raw)).toEqual(texts)
})

test('what the store let go is kept anew', () => {
  const [long, other, again] = kept(['a'.repeat(600), 'b'.repeat(600), 'a'.repeat(600)])
  expect(long?.raw).toBeUndefined()
  expect(other?.raw).toBeUndefined()
  expect(again?.raw).toBe('a'.repeat(600))
})

test('a text that is too long for the store is let go, and kept anew when it comes again', () => {
  const [first, second] = kept(['a'.repeat(600), 'a'.repeat(600)], 500)
  expect([first?.raw, second?.raw]).toEqual([undefined, undefined])
  expect(second).not.toBe(first)
})

test('nothing, and what would lie behind the bytes, is empty', () => {
  const store = createTextStore(MAX_BYTES)
  const bytes = Buffer.from('A=1')
  expect([store.keepBytes(bytes, 1, 1).raw, store.keepBytes(bytes, 9, 12).raw, store.keepBytes(bytes, 2, 12).raw]).toEqual(['', '', '1'])
})
