import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { replaceFile, writeText } from './write-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'tarsier-write-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a file is replaced, in a folder that was missing, with the mode that was asked for', () => {
  const path = join(folder, 'deep/er/file')
  replaceFile(path, 'one', { mode: 0o600 })
  replaceFile(path, 'two', { mode: 0o600 })
  expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777, existsSync(`${path}.new`)]).toEqual(['two', 0o600, false])
})

test('nothing is written through a link that lies where the new file is made', () => {
  const [path, victim] = [join(folder, 'file'), join(folder, 'victim')]
  writeFileSync(victim, 'precious')
  symlinkSync(victim, `${path}.new`)
  replaceFile(path, 'text')
  expect([readFileSync(path, 'utf8'), readFileSync(victim, 'utf8')]).toEqual(['text', 'precious'])
})

test.each([
  ['replaceFile', replaceFile],
  ['writeText', writeText],
])('%s says what it could not write', (_, write) => {
  expect(() => write(join(folder, 'deep/er'), 'x')).toThrow(expect.objectContaining({ code: 'FILE_UNWRITABLE' }))
})
