import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { listFolder, readTextFiles } from './text-files.ts'

const root = mkdtempSync(join(tmpdir(), 'tarsier-text-files-'))
afterAll(() => rmSync(root, { recursive: true }))
for (const folder of ['a', 'a/b', 'a/.hidden', 'empty']) mkdirSync(join(root, folder))
for (const name of ['a/2.yaml', 'a/1.yml', 'a/x.txt', 'a/b/0.yaml', 'a/.hidden/h.yaml', 'a/.h.yaml']) writeFileSync(join(root, name), name)
symlinkSync('2.yaml', join(root, 'a/3.yaml'))
symlinkSync('.', join(root, 'a/loop'))

const read = (paths: readonly string[], maxBytes = 1000) =>
  readTextFiles(
    paths.map((path) => join(root, path)),
    { extensions: ['.yaml', '.yml'], maxBytes },
  ).map(({ path, text }) => [path.slice(root.length + 1), text])

test('a folder gives its files by name, then those of its folders', () => {
  expect(read(['a'])).toEqual([
    ['a/1.yml', 'a/1.yml'],
    ['a/2.yaml', 'a/2.yaml'],
    ['a/3.yaml', 'a/2.yaml'],
    ['a/b/0.yaml', 'a/b/0.yaml'],
  ])
})

test('files keep the order given, each once, whatever they are called', () => {
  expect(read(['a/x.txt', 'a/1.yml', 'a/x.txt']).map(([path]) => path)).toEqual(['a/x.txt', 'a/1.yml'])
})

test.each([
  ['nowhere', 'FILE_UNREADABLE', /nowhere.*ENOENT/],
  ['empty', 'FILE_NONE_IN_FOLDER', /\.yaml or \.yml/],
  ['a/b/0.yaml', 'FILE_TOO_LARGE', /larger than 5/],
])('%s is refused as %s', (path, code, message) => {
  expect(() => read([path], 5)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }))
})

test.each([
  ['a', ['a/1.yml', 'a/2.yaml', 'a/3.yaml', 'a/b/0.yaml']],
  ['empty', []],
  ['nowhere', []],
  ['a/x.txt', []],
])('a folder that may be empty or missing is listed as it is: %s', (path, files) => {
  expect(listFolder(join(root, path), { extensions: ['.yaml', '.yml'] })).toEqual(files.map((file) => join(root, file)))
})

test('a file without an end is refused, not read for ever', () => {
  expect(() => readTextFiles(['/dev/zero'], { extensions: [], maxBytes: 200_000 })).toThrow(
    expect.objectContaining({ code: 'FILE_TOO_LARGE' }),
  )
})

test('bytes that are not UTF-8 are refused: what they stand for would be a guess', () => {
  writeFileSync(join(root, 'latin1'), Buffer.from([0x61, 0xe9, 0x62]))
  expect(() => read(['latin1'])).toThrow(expect.objectContaining({ code: 'FILE_NOT_TEXT' }))
})

test('a pipe is read', () => {
  const script = `const { readTextFiles } = await import('${join(import.meta.dirname, 'text-files.ts')}'); console.log(readTextFiles(['-'], { extensions: [], maxBytes: 99 })[0].text)`
  expect(execFileSync(process.execPath, ['--input-type=module', '-e', script], { input: 'from a pipe', encoding: 'utf8' })).toBe(
    'from a pipe\n',
  )
})
