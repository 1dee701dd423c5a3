import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readLines } from './lines.ts'

const folder = mkdtempSync(join(tmpdir(), 'tarsier-lines-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function linesOf(text: string, maxBytes = 100): Promise<(string | undefined)[]> {
  const path = join(folder, 'file')
  writeFileSync(path, text)
  const lines: (string | undefined)[] = []
  for await (const { number, text } of readLines(path, maxBytes)) {
    expect(number).toBe(lines.length + 1)
    lines.push(text)
  }
  return lines
}

test.each([
  ['nothing', '', []],
  ['the last line needs no newline', 'a\nb', ['a', 'b']],
  ['empty lines count', '\n\na\n', ['', '', 'a']],
  ['carriage returns at the end go', 'a\r\nb\rc\r\n', ['a', 'b\rc']],
])('%s', async (_, text, lines) => {
  expect(await linesOf(text)).toEqual(lines)
})

test('a line that is too long is given as undefined, those around it as they are', async () => {
  expect(await linesOf(`a\n${'x'.repeat(101)}\n${'y'.repeat(100)}\nb`)).toEqual(['a', undefined, 'y'.repeat(100), 'b'])
})

test('lines across the borders of chunks are whole', async () => {
  const lines = Array.from({ length: 3000 }, (_, n) => `é${n}`.repeat(12))
  expect(await linesOf(lines.join('\n'), 1000)).toEqual(lines)
  expect((await linesOf(`${'z'.repeat(300_000)}\nend`, 1000)).map((line) => line?.length)).toEqual([undefined, 3])
})

test('a file that is not there is an error with its path', async () => {
  await expect(readLines('/nowhere/x', 1).next()).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
})
