/** Prevention by BPF LSM under a kernel that runs it: the agent, with rules marked `prevent`, and what they forbid tried out. */
import { execFileSync } from 'node:child_process'
import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { cannotObserve } from '../live/observe.ts'
import type { Denying } from './denying.ts'
import { cannotEmulate, emulate } from './machine.ts'

const DEADLINE_MS = 240_000
const [EPERM, ECONNREFUSED] = [1, 111]
const reason = cannotEmulate() ?? cannotObserve()

test('what rules forbid is denied before it is done, told, and no longer once the agent is killed', {
  timeout: DEADLINE_MS + 10_000,
  retry: 0,
}, async ({ skip }) => {
  skip(reason !== undefined, reason)
  const folder = mkdtempSync(join(tmpdir(), 'tarsier-denials-'))
  try {
    const [attempts, deep] = ['attempts.c', '../live/programs/deep.c'].map((source) => compiled(source, folder))
    const [module] = globSync(fileURLToPath(new URL('../../build/programs/lib/modules/*/kernel/fs/minix/minix.ko', import.meta.url)))
    const done = await emulate(`node test/emulation/denying.ts '${attempts}' '${module}' '${deep}'`, { deadlineMs: DEADLINE_MS })
    expect(done.code, done.output).toBe(0)
    const { denied, allowed, read, trusted, needed, deep: lost, after, told, stderr } = JSON.parse(done.output) as Denying

    const acts = ['exec', 'open', 'connect', 'reach', 'unix', 'mount', 'attach', 'traced', 'program', 'module', 'setuid']
    expect(denied).toEqual(Object.fromEntries(acts.map((act) => [act, EPERM])))
    expect(told.map(({ rule, output }) => `${rule}: ${output}`).toSorted()).toEqual(
      [
        ...[...acts, 'open', 'open', 'exec'].map((act) => `${act}: ${act} (prevented)`),
        'quiet: quiet (would have been prevented)',
      ].toSorted(),
    )
    expect(allowed).toEqual({
      ...{ exec: 0, open: 0, connect: ECONNREFUSED, reach: 0, unix: 0, mount: 0, module: 0, setuid: 0 },
      ...{ map: 0, quiet: 0 },
    })
    expect({ read, trusted }, 'by those who may').toEqual({ read: 'key', trusted: 0 })
    expect(needed).toEqual({ byRoot: 0, byAnother: EPERM })
    expect(lost, 'where no name leads').toEqual({ exec: EPERM, open: EPERM })
    expect(after, 'nothing outlives the agent').toEqual({ exec: 0, open: 0, setuid: 0 })
    for (const act of acts) expect(stderr).toContain(`prevention of a rule (rule=${act}, `)
    expect(stderr.match(/by=bpf-lsm, mode=act/g)).toHaveLength(acts.length + 1)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

function compiled(source: string, folder: string): string {
  const program = join(folder, basename(source, '.c'))
  execFileSync('cc', ['-static', '-O1', '-Wall', '-Werror', '-o', program, fileURLToPath(new URL(source, import.meta.url))])
  return program
}
