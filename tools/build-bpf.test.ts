/** The build of the kernel programs, in a small tree of its own. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { buildBpf, withoutOurNames } from './build-bpf.ts'

const TOOLS = ['bpftool', 'clang', 'llvm-strip']
const path = process.env.PATH
let root: string

/** Where a program of that name lies on this machine. */
const locate = (name: string): string | undefined =>
  [...(path ?? '').split(':'), '/usr/sbin'].map((folder) => join(folder, name)).find((file) => existsSync(file))

const source = (text: string) => writeFileSync(join(root, 'native/bpf/sensor.bpf.c'), text)

/** Leaves only these programs to be found. */
function only(...names: string[]): void {
  const folder = join(root, 'bin')
  mkdirSync(folder)
  for (const name of names) symlinkSync(locate(name) ?? '', join(folder, name))
  process.env.PATH = folder
}

describe('building the kernel programs', () => {
  beforeEach(({ skip }) => {
    const missing = TOOLS.filter((name) => locate(name) === undefined)
    skip(missing.length > 0, `not installed: ${missing.join(', ')}`)
    skip(!existsSync('/sys/kernel/btf/vmlinux'), 'this kernel has no BTF')
    root = mkdtempSync(join(tmpdir(), 'tarsier-build-'))
    mkdirSync(join(root, 'native/bpf'), { recursive: true })
    source('#include "vmlinux.h"\nstruct task_struct *task;\n')
  })
  afterEach(() => {
    process.env.PATH = path
    if (root) rmSync(root, { recursive: true, force: true })
  })

  test('makes the object once, and again when a source changes', () => {
    expect(buildBpf(root)).toBe('built')
    expect(statSync(join(root, 'build/sensor.bpf.o')).size).toBeGreaterThan(0)
    expect(buildBpf(root)).toBe('fresh')
    source('int other;\n')
    expect(buildBpf(root)).toBe('built')
  })

  test.each(TOOLS)('says how to install a missing %s', (name) => {
    only(...TOOLS.filter((other) => other !== name))
    expect(() => buildBpf(root)).toThrow(
      expect.objectContaining({ code: 'BUILD_MISSING', fix: expect.stringContaining('apt-get install') }),
    )
    expect(existsSync(join(root, 'build/sensor.bpf.o'))).toBe(false)
  })

  test('tells what the compiler said, and leaves no object', () => {
    source('int broken\n')
    expect(() => buildBpf(root)).toThrow(
      expect.objectContaining({ code: 'BUILD_FAILED', message: expect.stringContaining('sensor.bpf.c:1') }),
    )
    expect(existsSync(join(root, 'build/sensor.bpf.o'))).toBe(false)
  })
})

describe("names that the kernel's types and our sources share", () => {
  const sources = 'struct slot {\n\tint a;\n};\nstruct inode___old {\n};\ntypedef struct wide {\n\tint b;\n} wide;\n'
  test.each([
    [
      'are given to ours: the type, and whoever points to it',
      'struct slot { struct slot *next; };',
      'struct kernel_slot { struct kernel_slot *next; };',
    ],
    ['are names of types only, not of fields', 'struct bus { int slot; };', 'struct bus { int slot; };'],
    ['are compared whole', 'struct slots; struct inode;', 'struct slots; struct inode;'],
    ['count when a typedef defines ours', 'union wide;', 'union kernel_wide;'],
  ])('%s', (_, kernelTypes, expected) => expect(withoutOurNames(kernelTypes, sources)).toBe(expected))
})
