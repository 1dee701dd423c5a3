/** The emulated machine itself: a command's output and exit code come back, and the kernel is the one that other tests count on. */
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { cannotEmulate, emulate } from './machine.ts'

const skipped = cannotEmulate()
const TIMEOUT_MS = 100_000

test('a command runs as root, under the other kernel, on the files of the host, and its exit code and output come back', {
  timeout: TIMEOUT_MS,
}, async ({ skip }) => {
  skip(skipped !== undefined, skipped)
  const done = await emulate(
    'id -u; uname -r; cat /sys/kernel/security/lsm; echo; test -e /sys/kernel/btf/vmlinux && pwd; echo words > over && cat over; node -p 6*7; exit 3',
  )
  expect(done.output.split('\n')).toEqual(['0', done.kernel, 'lockdown,capability,yama,bpf', process.cwd(), 'words', '42', ''])
  expect(done.code).toBe(3)
  expect(existsSync('over'), 'what the machine writes stays in it').toBe(false)
})

test('a machine that does not end in time is switched off', { timeout: TIMEOUT_MS }, async ({ skip }) => {
  skip(skipped !== undefined, skipped)
  expect(await emulate('exec sleep 1000', { deadlineMs: 1 })).toMatchObject({ code: undefined, output: '' })
})
