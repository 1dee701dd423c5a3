/** Isolation on a kernel with BPF among its security modules: sockets that no packet filter sees are refused, too. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { cannotEmulate, emulate } from './machine.ts'

const skipped = cannotEmulate()
const ALONE = fileURLToPath(new URL('families-alone.ts', import.meta.url))
const SOCKET = fileURLToPath(new URL('../live/programs/socket.c', import.meta.url))

test('packet sockets and the like are refused inside, those of IP and of the host are not', { timeout: 100_000 }, async ({ skip }) => {
  skip(skipped !== undefined, skipped)
  const folder = mkdtempSync(join(tmpdir(), 'tarsier-families-'))
  try {
    const program = join(folder, 'socket')
    execFileSync('cc', ['-O1', '-static', '-o', program, SOCKET])
    const { output } = await emulate(`mount -t cgroup2 none /sys/fs/cgroup; node --no-warnings ${ALONE} ${program}`)
    const { EPERM } = constants.errno
    expect(JSON.parse(output.trim().split('\n').at(-1) ?? '')).toMatchObject({
      ...{ errno: 0, said: [EPERM, EPERM, 0, 0] },
      state: { by: 'bpf', attached: true, holdsFamilies: true },
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
