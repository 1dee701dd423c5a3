import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLog } from '../../lib/log.ts'
import { noteOrigin, originsOf } from './hold-origins.ts'

test('what cannot be written down, or was in part, keeps nobody where he was put', ({ onTestFinished }) => {
  const folder = mkdtempSync(join(tmpdir(), 'tarsier-origins-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const said: string[] = []
  const log = createLog({ write: (line) => said.push(line), format: 'text', level: 'info', colour: false, nowNs: () => 0 })
  const [proc, state, hold] = [join(folder, 'proc'), join(folder, 'state'), '/sys/fs/cgroup/shop/tarsier-hold-0123456789abcdef']
  for (const pid of [7, 8, 9]) {
    mkdirSync(join(proc, String(pid)), { recursive: true })
    writeFileSync(join(proc, `${pid}/stat`), `${pid} (a) S 1 1 1 ${'0 '.repeat(15)}${pid} 0`)
  }
  const note = (at: string, pid: number): void =>
    noteOrigin({ state: at, log }, hold, { pid, startNs: pid * 1e7, origin: `/sys/fs/cgroup/of-${pid}` })

  note(state, 7)
  appendFileSync(join(state, 'respond/tarsier-hold-0123456789abcdef.from'), '[8,80000000,"/sys/fs/cg\n')
  note(state, 9)
  const originOf = originsOf(hold, { proc, state })
  expect([7, 8, 9].map(originOf)).toEqual(['/sys/fs/cgroup/of-7', '/sys/fs/cgroup/of-7', '/sys/fs/cgroup/of-9'])
  expect(said).toEqual([])

  const noFolder = join(proc, '7/stat')
  note(noFolder, 7)
  expect(said.join('')).toMatch(/cannot be written down.*pid=7.*ENOTDIR/)
  expect(originsOf(hold, { proc, state: noFolder })(7)).toBe('/sys/fs/cgroup/shop')
})
