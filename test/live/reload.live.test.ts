/** New rules while the agent runs: no event is missed or told twice, and bad rules change nothing. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type RunningTarsier, startTarsier, until } from '../tarsier.ts'
import { cannotObserve } from './observe.ts'

const reason = cannotObserve()
const folder = mkdtempSync(join(tmpdir(), 'tarsier-reload-'))
const rules = join(folder, 'rules.yaml')
const running: RunningTarsier[] = []

beforeEach(({ skip }) => {
  if (reason !== undefined) skip(reason)
})
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop('SIGKILL')
})
afterAll(() => rmSync(folder, { recursive: true }))

async function start(...args: readonly string[]): Promise<RunningTarsier> {
  const started = await startTarsier(['run', '--rules', rules, '--format', 'json', '--fold-window', '0', ...args])
  running.push(started)
  return started
}

interface TestRule {
  readonly name: string
  readonly condition: string
}

function write(...list: readonly TestRule[]): void {
  const output = 'at %fs.path.name %fd.name by %proc.name'
  writeFileSync(
    rules,
    JSON.stringify(list.map(({ name, condition }) => ({ rule: name, desc: 'A test.', condition, output, priority: 'NOTICE' }))),
  )
}

/** Sends SIGHUP and waits for what the agent says of it. */
async function reload(agent: RunningTarsier, said: RegExp): Promise<void> {
  const before = agent.stderr().length
  agent.child.kill('SIGHUP')
  await until(() => said.test(agent.stderr().slice(before)), 20_000, agent.stderr)
}

const LOADED = /rules loaded \(/
const opened = (name: string, what: string): TestRule => ({
  name,
  condition: `evt.type in (open, openat, creat) and fd.name startswith ${folder}/${what}`,
})
const made = (name: string): TestRule => ({ name, condition: `evt.type in (mkdir, mkdirat) and fs.path.name startswith ${folder}/` })
const touch = (name: string): void => void spawnSync('sh', ['-c', `: > ${join(folder, name)}`])
const names = (agent: RunningTarsier): readonly string[] => agent.findings().map(({ rule }) => rule)

describe('SIGHUP', () => {
  test('a rule that was added finds the next event, also of a kind that nothing watched before', async () => {
    write(opened('Opened', 'a'))
    const agent = await start()
    write(opened('Opened', 'a'), opened('Opened, too', 'b'), made('Made'))
    await reload(agent, LOADED)
    touch('b')
    spawnSync('mkdir', [join(folder, 'made')])
    await agent.finding(({ rule }) => rule === 'Opened, too')
    await agent.finding(({ rule }) => rule === 'Made')
    const told = await agent.finding(({ rule }) => rule === 'Tarsier loaded new rules')
    expect(told.output).toBe('3 rules run: 2 new (Opened, too, Made)')
  })

  test('rules with an error leave those that run as they are, and it is said where the error stands', async () => {
    write(opened('Opened', 'c'))
    const agent = await start()
    write(opened('Other', 'c'), { name: 'Bad', condition: 'no.such.field = 1' })
    await reload(agent, /the rules were not loaded; those before go on/)
    touch('c')
    await agent.finding(({ rule }) => rule === 'Opened')
    expect(names(agent)).toEqual(['Tarsier kept its old rules', 'Opened'])
    expect(agent.stderr()).toMatch(/no\.such\.field/)
    write(opened('Other', 'c'))
    await reload(agent, LOADED)
    touch('c')
    await agent.finding(({ rule }) => rule === 'Other')
  })

  test('unchanged rules are not loaded anew', async () => {
    write(opened('Opened', 'd'))
    const agent = await start()
    await reload(agent, /the rules have not changed/)
    expect(agent.findings()).toEqual([])
  })

  test('while files are made all the time, each is found once, by the old rules or the new', async () => {
    const variants = [
      [opened('Odd', 'e')],
      [opened('Even', 'e'), made('Made')],
      [opened('Odd', 'e'), { name: 'Linked', condition: 'evt.type in (link, linkat, symlink, symlinkat) and evt.rawres >= 0' }],
    ]
    write(...(variants[0] as TestRule[]))
    const agent = await start()
    const files: string[] = []
    const loop = setInterval(() => {
      files.push(`e${files.length}`)
      writeFileSync(join(folder, files.at(-1) as string), '')
    }, 1)
    for (let round = 1; round <= 6; round++) {
      write(...(variants[round % 3] as TestRule[]))
      await reload(agent, LOADED)
    }
    clearInterval(loop)
    const { stdout, stderr } = await agent.stop()
    const found = new Map<string, number>()
    const by = new Set<string>()
    for (const line of stdout.trim().split('\n')) {
      const { rule, output_fields } = JSON.parse(line)
      if (rule !== 'Odd' && rule !== 'Even') continue
      by.add(rule)
      const name = String(output_fields['fd.name']).slice(folder.length + 1)
      found.set(name, (found.get(name) ?? 0) + 1)
    }
    expect(by).toEqual(new Set(['Odd', 'Even']))
    expect(stderr).toMatch(/ lost=0,.* findings_lost=0,/)
    expect(files.length).toBeGreaterThan(100)
    const wrong = files.filter((name) => found.get(name) !== 1)
    const twice = wrong.filter((name) => found.has(name))
    const facts = { wrong: wrong.length, twice: twice.length, of: files.length, from: wrong[0], to: wrong.at(-1), stderr }
    expect(wrong.length, JSON.stringify(facts, undefined, 2)).toBe(0)
  })
})

test('--watch-rules loads them without being asked, once they stand still', async () => {
  write(opened('Opened', 'w'))
  const agent = await start('--watch-rules')
  write(opened('Watched', 'w'))
  await until(() => LOADED.test(agent.stderr()), 10_000, agent.stderr)
  touch('w')
  await agent.finding(({ rule }) => rule === 'Watched')
})
