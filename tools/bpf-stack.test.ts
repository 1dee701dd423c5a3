/** Kernels since 6.7 give tracing programs more stack, so that what does not fit Debian 12 loads on a newer machine all the same. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { STACK_LIMIT, stackDepths } from './bpf-stack.ts'
import { buildBpf } from './build-bpf.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const cannot =
  process.platform !== 'linux' || !existsSync('/sys/kernel/btf/vmlinux') || !existsSync('/usr/bin/clang')
    ? 'needs clang and a kernel with BTF'
    : undefined

/** The depths of all functions of one source, compiled as the sensor is. */
function compiled(source: string, ...flags: readonly string[]): ReadonlyMap<string, number> {
  const folder = mkdtempSync(join(tmpdir(), 'tarsier-stack-'))
  const object = join(folder, 'out.o')
  try {
    const fixed = [
      '-O2',
      '-g',
      '-target',
      'bpf',
      '-mcpu=v3',
      '-w',
      '-fstack-size-section',
      '-D__TARGET_ARCH_x86',
      '-I',
      join(root, 'build'),
    ]
    execFileSync('clang', [...fixed, ...flags, '-x', 'c', '-', '-c', '-o', object], { input: source, stdio: ['pipe', 'ignore', 'inherit'] })
    return stackDepths(object)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

describe('stack of the kernel programs', () => {
  test('is counted along the calls, each function rounded up', ({ skip }) => {
    if (cannot !== undefined) skip(cannot)
    const use = 'char text[100]; for (int i = 0; i < 100; i++) ((volatile char *)text)[i] = i;'
    const source = `__attribute__((noinline)) int inner(int a) { ${use} return text[a & 63]; }\nint outer(int a) { return inner(a) + 1; }\n`
    const depths = compiled(source)
    expect([depths.get('inner'), depths.get('outer')]).toEqual([128, 160])
  })

  test.for([
    ['of kernels since 5.15', []],
    ['of older kernels', ['-DTARSIER_OLD_KERNEL']],
  ] as const)('fits the limit %s', { timeout: 120_000 }, ([, flags], { skip }) => {
    if (cannot !== undefined) skip(cannot)
    buildBpf(root)
    const depths = compiled(`#include "${join(root, 'native/bpf/sensor.bpf.c')}"\n`, ...flags)
    expect(depths.size).toBeGreaterThan(100)
    expect([...depths].filter(([, depth]) => depth > STACK_LIMIT)).toEqual([])
  })
})
