import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { buildAddon } from './build-addon.ts'

const HERE = fileURLToPath(new URL('..', import.meta.url))
const canBuild = ['/usr/include/bpf/libbpf.h', '/usr/include/libelf.h', '/usr/include/zlib.h'].every(existsSync)
let root = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'build-addon-'))
  mkdirSync(join(root, 'native'))
  cpSync(join(HERE, 'native/addon'), join(root, 'native/addon'), { recursive: true })
  symlinkSync(join(HERE, 'node_modules'), join(root, 'node_modules'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

test('the addon is built once, again when a source changes, and nothing else is left in build/', ({ skip }) => {
  if (!canBuild) skip('libbpf-dev, libelf-dev or zlib1g-dev is not installed')
  expect(buildAddon(root)).toBe('built')
  expect(buildAddon(root)).toBe('fresh')
  appendFileSync(join(root, 'native/addon/ring.c'), '/* changed */\n')
  expect(buildAddon(root)).toBe('built')
  expect(readdirSync(join(root, 'build')).toSorted()).toEqual(['sensor.node', 'sensor.node.inputs'])
})

test('a mistake in a source is told in the compiler’s words, and leaves nothing behind', ({ skip }) => {
  if (!canBuild) skip('libbpf-dev, libelf-dev or zlib1g-dev is not installed')
  appendFileSync(join(root, 'native/addon/ring.c'), 'this is no C;\n')
  expect(() => buildAddon(root)).toThrow(expect.objectContaining({ code: 'BUILD_FAILED', message: expect.stringContaining('ring.c') }))
  expect(readdirSync(join(root, 'build'))).toEqual([])
})

test('a compiler that is missing is named with the command that brings it', () => {
  const path = process.env.PATH
  process.env.PATH = root
  try {
    expect(() => buildAddon(root)).toThrow(expect.objectContaining({ code: 'BUILD_MISSING', fix: 'Run: sudo apt-get install -y gcc' }))
  } finally {
    process.env.PATH = path
  }
})
