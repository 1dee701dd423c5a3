import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { buildPrevent } from './build-prevent.ts'

const HERE = fileURLToPath(new URL('..', import.meta.url))
let root = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'build-prevent-'))
  mkdirSync(join(root, 'native'))
  cpSync(join(HERE, 'native/addon'), join(root, 'native/addon'), { recursive: true })
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

test('the helper is built once, and again when a source or the protocol changes', () => {
  expect(buildPrevent(root)).toBe('built')
  expect(buildPrevent(root)).toBe('fresh')
  for (const changed of ['prevent/table.c', 'prevent-protocol.h']) {
    appendFileSync(join(root, 'native/addon', changed), '/* changed */\n')
    expect(buildPrevent(root)).toBe('built')
  }
  expect(readdirSync(join(root, 'build')).toSorted()).toEqual(['tarsier-prevent', 'tarsier-prevent.inputs'])
})

test('a mistake in a source is told in the compiler’s words, and leaves nothing behind', () => {
  appendFileSync(join(root, 'native/addon/prevent/table.c'), 'this is no C;\n')
  expect(() => buildPrevent(root)).toThrow(expect.objectContaining({ code: 'BUILD_FAILED', message: expect.stringContaining('table.c') }))
  expect(readdirSync(join(root, 'build'))).toEqual([])
})
