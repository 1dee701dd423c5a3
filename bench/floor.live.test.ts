import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cannotObserve } from '../test/live/observe.ts'
import { attachFloor } from './floor.ts'

test('empty programs attach to the hooks of the sensor; what runs at no hook is left out', async ({ skip }) => {
  const reason = cannotObserve()
  if (reason !== undefined) skip(reason)
  const folder = mkdtempSync(join(tmpdir(), 'tarsier-floor-'))
  try {
    const floor = attachFloor(['tracepoint/syscalls/sys_exit_openat', 'tp_btf/sys_exit', 'iter/task'], folder)
    expect(floor.hooks.map(({ section, state }) => [section, state])).toEqual([
      ['tracepoint/syscalls/sys_exit_openat', 'attached'],
      ['tp_btf/sys_exit', 'attached'],
    ])
    await floor.stop()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
