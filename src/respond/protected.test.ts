import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { processFacts } from './protected.ts'

test('nothing is read of a process that it can keep from its reader: command line, environment, maps', () => {
  const proc = mkdtempSync(join(tmpdir(), 'tarsier-protected-'))
  onTestFinished(() => rmSync(proc, { recursive: true }))
  // Folders: to read them fails, and does not wait.
  for (const name of ['cmdline', 'environ', 'maps', 'smaps', 'mem']) mkdirSync(join(proc, '7', name), { recursive: true })
  writeFileSync(join(proc, '7/status'), 'Name:\tsh\nPPid:\t1\nUid:\t1000\t1000\t1000\t1000\n')
  writeFileSync(join(proc, '7/comm'), 'sh\n')
  symlinkSync('/usr/bin/dash', join(proc, '7/exe'))
  expect(processFacts(proc, 7)).toEqual({ pid: 7, ppid: 1, name: 'sh', exePath: '/usr/bin/dash', uid: 1000, onHost: true })
})
