import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RuleChoice } from '../../../lang/rule-choice.ts'
import { createTrying, type Trying } from './trying.ts'

let folder = ''
const open: Trying[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tarsier-trying-'))
  writeFileSync(join(folder, 'a.yaml'), '- macro: opened\n  condition: evt.type in (open, openat)\n')
})
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
  rmSync(folder, { recursive: true })
})

function trying(longestMs?: number): Trying {
  const own = { paths: [join(folder, 'a.yaml')], strict: false, matching: 'all', priority: undefined, enable: [], disable: [] } as const
  const choice: RuleChoice = { ...own, managed: join(folder, 'made') }
  const one = createTrying({ choice, folder: join(folder, 'made'), ...(longestMs !== undefined && { longestMs }) })
  open.push(one)
  return one
}

const rule = (name: string, condition: string): string =>
  `- rule: ${name}\n  desc: d\n  condition: ${condition}\n  output: o\n  priority: INFO\n`

test('a draft is loaded on top of the others and tested, while others are answered', async () => {
  const one = trying()
  let turns = 0
  let isDone = false
  const text = `${rule('Own', 'opened and proc.name = tar')}  tests:\n    - {match: true, events: [{evt.type: open, proc.name: tar}]}\n`
  const tried = one.ask({ yaml: text, runTests: true }).finally(() => {
    isDone = true
  })
  for (; !isDone; turns++) await nextTurn()
  expect(await tried).toMatchObject({ diagnostics: [], results: [{ passed: true }] })
  expect(turns).toBeGreaterThan(10)
  expect(await one.ask({ yaml: text, runTests: false })).toEqual({ diagnostics: [], results: [] })
  const [wrong] = (await one.ask({ yaml: rule('Own', 'opened and fd.nme = x'), runTests: false })).diagnostics
  expect(wrong?.code).toBe('RULE_UNKNOWN_FIELD')
})

test('what takes too long is ended and said, and the next is tried', async () => {
  const one = trying(1)
  await expect(one.ask({ yaml: rule('Own', 'opened'), runTests: true })).rejects.toMatchObject({ code: 'RULE_TRY_TOO_LONG' })
  await expect(one.ask({ yaml: rule('Own', 'opened'), runTests: false })).rejects.toMatchObject({ code: 'RULE_TRY_TOO_LONG' })
})

test('who asks while too many wait is told so at once', async () => {
  const one = trying()
  const asked = Array.from({ length: 9 }, () => one.ask({ yaml: rule('Own', 'opened'), runTests: false }))
  await expect(asked[8]).rejects.toMatchObject({ code: 'RULE_TRY_BUSY' })
  expect((await Promise.allSettled(asked)).filter(({ status }) => status === 'fulfilled')).toHaveLength(8)
})
