import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { inside, openRegular, statOf } from './inside.ts'

/** As `/proc/PID`, with `root` and `mountinfo` in it. */
let folder: string
let root: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tarsier-inside-'))
  root = join(folder, 'root')
  mkdirSync(join(root, 'a'), { recursive: true })
  writeFileSync(join(root, 'a/file'), 'x')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const looked = (path: string) => inside(root, path, 'mark', (place) => [statOf(place)?.isFile(), openRegular(place) !== undefined])

test('a file is found below its root', async () => {
  expect(await looked('/a/file')).toEqual([true, true])
  expect(await looked('/a/none')).toEqual([undefined, false])
})

test.each([
  ['a folder that is a link', '/link/file', /over a link/],
  ['a way up', '/a/../a/file', /not the full path/],
  ['nothing', '', /not the full path/],
])('%s leads nowhere', async (_, path, reason) => {
  symlinkSync('a', join(root, 'link'))
  await expect(looked(path)).rejects.toThrow(reason)
})

test('a link and a folder are held, and not opened', async () => {
  symlinkSync('/etc/passwd', join(root, 'a/link'))
  expect(await looked('/a/link')).toEqual([false, false])
  expect(await looked('/a')).toEqual([false, false])
})

test('nothing is asked of a file system that a process serves', async () => {
  const mount = /^mnt_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${openSync(root, 'r')}`, 'utf8'))?.[1]
  writeFileSync(join(folder, 'mountinfo'), `${mount} 1 0:40 / / rw,nosuid - fuse.odd odd rw\n`)
  await expect(looked('/a/file')).rejects.toThrow(/a process serves/)
  writeFileSync(join(folder, 'mountinfo'), `${mount} 1 0:40 / / rw,nosuid - tmpfs odd rw\n`)
  expect(await looked('/a/file')).toEqual([true, true])
})
