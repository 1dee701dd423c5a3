import { expect, test } from 'vitest'
import { createLineBuffer } from './line-buffer.ts'

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString()

test('lines come out in order, each with its newline, and the next batch begins empty', () => {
  const buffer = createLineBuffer()
  expect(buffer.collect()).toBeUndefined()
  buffer.add('a')
  buffer.add('b')
  const batch = buffer.collect()
  expect([text(batch?.bytes), batch?.lines]).toEqual(['a\nb\n', 2])
  expect(buffer.collect()).toBeUndefined()
})

test('what was collected stays as it is when more is added', () => {
  const buffer = createLineBuffer()
  buffer.add('first')
  const batch = buffer.collect()
  buffer.add('other')
  expect(text(batch?.bytes)).toBe('first\n')
  expect(batch?.bytes.buffer).not.toBe(buffer.collect()?.bytes.buffer)
})

test.each([
  ['many lines', Array.from({ length: 5000 }, (_, index) => `line ${index}`)],
  ['a line larger than the buffer', ['x'.repeat(300_000), 'y']],
  ['characters of several bytes', ['ä'.repeat(40_000), '😀'.repeat(40_000), 'end']],
])('it grows for %s', (_, lines) => {
  const buffer = createLineBuffer()
  for (let round = 0; round < 3; round++) {
    for (const line of lines) buffer.add(line)
    expect(text(buffer.collect()?.bytes)).toBe(`${lines.join('\n')}\n`)
  }
})
