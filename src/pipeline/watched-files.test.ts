import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { watchFiles } from './watched-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'tarsier-watched-'))
const path = join(folder, 'a.yaml')
afterAll(() => rmSync(folder, { recursive: true }))

/** What is looked at twice after each step: whether the change was told at the first look, at the second, at a third. */
test.each([
  ['nothing', () => {}, [0, 0, 0]],
  ['a file that grew', () => writeFileSync(path, 'longer'), [0, 1, 1]],
  ['a file that another took the place of', () => renameSync(copyOf('longer'), path), [0, 1, 1]],
  ['a file that is gone', () => rmSync(path), [0, 1, 1]],
])('of %s, it tells once and only when it stands still', (_, step, told) => {
  writeFileSync(path, 'short')
  let count = 0
  const { look } = watchFiles(
    () => [path],
    () => count++,
  )
  step()
  const seen = told.map(() => {
    look()
    return count
  })
  expect(seen).toEqual(told)
})

test('a change that goes on is not told before it ends', () => {
  writeFileSync(path, '')
  let count = 0
  const { look } = watchFiles(
    () => [path],
    () => count++,
  )
  for (let size = 1; size < 5; size++) {
    writeFileSync(path, 'x'.repeat(size))
    look()
  }
  expect(count).toBe(0)
  look()
  expect(count).toBe(1)
})

function copyOf(text: string): string {
  const copy = join(folder, 'copy')
  writeFileSync(copy, text)
  return copy
}
