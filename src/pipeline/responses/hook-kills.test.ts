import { statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createEngine } from '../../detect/engine.ts'
import { VOCABULARY } from '../../events/fields.ts'
import { loadRules } from '../../lang/load-rules.ts'
import { createLog } from '../../lib/log.ts'
import type { Exempt } from '../../sources/ebpf/filters/kill-tables.ts'
import { createHookKills } from './hook-kills.ts'
import { readResponseText } from './load.ts'

test('what runs the agent is spared as its child alone: nobody is saved by being run by Node.js', () => {
  const given: (Exempt | undefined)[] = []
  const log = createLog({ write: () => undefined, format: 'text', level: 'error', colour: false, nowNs: () => 0 })
  const hooks = createHookKills({ setKernelKill: (_, exempt) => given.push(exempt) && 0 }, log)
  const rule = { rule: 'R', desc: 'd', condition: 'evt.type in (execve, execveat) and proc.name = odd', output: 'o', priority: 'NOTICE' }
  const engine = createEngine(loadRules([{ path: 'r.yaml', text: JSON.stringify([rule]) }], { vocabulary: VOCABULARY }), VOCABULARY)
  const kill = { response: 'r', mode: 'act', when: { rules: ['R'] }, do: [{ action: 'kill-at-hook' }] }
  hooks.arm(engine, readResponseText(JSON.stringify([kill]), 'r.yaml'))
  const { ino } = statSync(process.execPath)
  expect(given).toHaveLength(1)
  expect(given[0]?.ofAgent.map((one) => one.ino)).toEqual([ino])
  expect(given[0]?.ofRoot.map((one) => one.ino)).not.toContain(ino)
  expect(given[0]?.hostMntNs).toBeGreaterThan(0)
})
