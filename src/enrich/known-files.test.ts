import { expect, test } from 'vitest'
import type { FileId } from './host-reader.ts'
import { createKnownFiles } from './known-files.ts'

function filesOf(now: Record<string, FileId>) {
  return createKnownFiles(Object.keys(now), (path) => now[path])
}

test('an inode has the name that rules know it by', () => {
  const files = filesOf({ '/etc/shadow': { dev: 1, ino: 7 }, '/etc/passwd': { dev: 1, ino: 8 } })
  expect([files.nameOf(1, 7, '/tmp/x'), files.nameOf(1, 8, '/etc/passwd')]).toEqual(['/etc/shadow', '/etc/passwd'])
})

test('the same number on another device is another file', () => {
  expect(filesOf({ '/etc/shadow': { dev: 1, ino: 7 } }).nameOf(2, 7, '/x')).toBe('/x')
})

test('an inode that the file has left is no longer known by it, the new one is after a refresh', () => {
  const now: Record<string, FileId> = { '/etc/shadow': { dev: 1, ino: 7 } }
  const files = filesOf(now)
  now['/etc/shadow'] = { dev: 1, ino: 9 }
  expect(files.nameOf(1, 7, '/x')).toBe('/x')
  files.refresh()
  expect(files.nameOf(1, 9, '/x')).toBe('/etc/shadow')
})

test('a path without a file is passed over', () => {
  expect(createKnownFiles(['/etc/shadow'], () => undefined).nameOf(1, 7, '/x')).toBe('/x')
})

test('more paths than the bound are left out', () => {
  const paths = Array.from({ length: 2000 }, (_, index) => `/f${index}`)
  let asked = 0
  createKnownFiles(paths, () => {
    asked++
    return undefined
  })
  expect(asked).toBe(1024)
})
