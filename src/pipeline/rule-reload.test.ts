/** The order of steps. That nothing is missed meanwhile, test/live/reload.live.test.ts shows. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { createRuleReload, fingerprintOf } from './rule-reload.ts'
import { loadEngine } from './rules.ts'
import { swappableEngine } from './swappable-engine.ts'

const folder = mkdtempSync(join(tmpdir(), 'tarsier-rule-reload-'))
const path = join(folder, 'rules.yaml')
const choice = { paths: [path], strict: false, matching: 'all', priority: undefined, enable: [], disable: [] } as const
const report = { stderr: () => {}, colour: false }
const log = { debug: () => {}, info: () => {}, warning: () => {}, error: () => {} }

afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(() => write('openat', 'mkdirat', 'symlinkat'))

function write(...types: readonly string[]): void {
  const rules = types.map((type) => ({ rule: type, desc: 'd', condition: `evt.type = ${type}`, output: 'o', priority: 'NOTICE' }))
  writeFileSync(path, JSON.stringify(rules))
}

/** `steps`: what was done, in order; `catchUp` is what the rules and the outputs do about it. */
function reloading(catchUp: (steps: readonly string[]) => void = () => {}) {
  const steps: string[] = []
  const engine = swappableEngine(loadEngine(choice, report))
  const live = {
    addKinds: () => void steps.push('add'),
    keepKinds: () => void steps.push('take down'),
    nameFiles: () => {},
    hooks: [],
    hostname: 'h',
    nowNs: () => 0,
  }
  const rules = createRuleReload(
    {
      ...{ choice, engine, live, report, log, emit: () => {}, beforeSwap: () => void steps.push('swap') },
      catchUp: async () => {
        steps.push('catch up')
        catchUp(steps)
      },
    },
    fingerprintOf(choice),
  )
  return { rules, engine, steps }
}

test('before each step that holds up the event loop, what happened is judged and what was found is printed', async () => {
  const { rules, engine, steps } = reloading()
  write('openat')
  await rules.reload()
  expect(engine.rules.map(({ rule }) => rule.name)).toEqual(['openat'])
  expect(steps).toEqual(['catch up', 'add', 'swap', 'catch up', 'take down', 'catch up', 'take down'])
})

test('after the end nothing is touched, though it comes between two steps', async () => {
  const { rules, steps } = reloading((before) => {
    if (before.includes('swap')) rules.end()
  })
  write('openat')
  await rules.reload()
  await rules.reload()
  expect(steps).toEqual(['catch up', 'add', 'swap', 'catch up'])
})

test('after the end no rules are read', async () => {
  const { rules, engine, steps } = reloading(() => rules.end())
  write('openat')
  await rules.reload()
  expect(steps).toEqual(['catch up'])
  expect(engine.rules).toHaveLength(3)
})
