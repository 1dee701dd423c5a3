/** Agent and server together, as `tarsier run` starts them: what is found is in the store, once, whatever is done to the server. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore } from '../../src/store/embedded.ts'
import { type RunningTarsier, startTarsier, until } from '../tarsier.ts'
import { cannotObserve } from './observe.ts'

const reason = cannotObserve()
let folder: string
const running: RunningTarsier[] = []

beforeEach(({ skip }) => {
  if (reason !== undefined) skip(reason)
  folder = mkdtempSync(join(tmpdir(), 'tarsier-server-'))
  const condition = `evt.type in (open, openat, creat) and evt.is_open_write = true and fd.name startswith ${folder}/w`
  const rule = { rule: 'Watched', desc: 'A test.', condition, output: '%fd.name by %proc.name', priority: 'NOTICE' }
  writeFileSync(join(folder, 'rule.yaml'), JSON.stringify([rule]))
})
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop('SIGKILL')
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

const state = (): string => join(folder, 'state')

async function start(): Promise<RunningTarsier> {
  const rules = ['--rules', join(folder, 'rule.yaml')]
  const agent = await startTarsier([
    'run',
    ...rules,
    '--format',
    'json',
    '--fold-window',
    '0',
    '--state',
    state(),
    '--listen',
    '127.0.0.1:0',
  ])
  running.push(agent)
  return agent
}

const consoles = (agent: RunningTarsier): string[] => [...agent.stderr().matchAll(/console (http:\S+)/g)].map(([, url = '']) => url)
const listening = (agent: RunningTarsier, times: number): Promise<void> =>
  until(() => consoles(agent).length >= times, 60_000, agent.stderr)

/** The process that the agent started. */
function serverOf(agent: RunningTarsier): number {
  const children = readFileSync(`/proc/${agent.child.pid}/task/${agent.child.pid}/children`, 'utf8').trim().split(' ')
  return Number(children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('\0serve\0')))
}

function makeFiles(from: number, to: number): void {
  for (let number = from; number <= to; number++) writeFileSync(join(folder, `w${number}`), '')
}

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `${folder}/w${index + 1}`)
const printed = (agent: RunningTarsier): string[] =>
  agent.findings().flatMap(({ rule, output }) => (rule === 'Watched' ? [output.split(' ')[0] ?? ''] : []))

test('a server that stands still, is killed and starts again has every finding once, and detection does not wait', {
  timeout: 240_000,
}, async () => {
  const agent = await start()
  await listening(agent, 1)
  expect((await fetch(`${consoles(agent)[0]}/api/health`)).status).toBe(200)
  expect((await fetch(`${consoles(agent)[0]}/api/findings`)).status).toBe(401)
  const server = serverOf(agent)
  process.kill(server, 'SIGSTOP')
  makeFiles(1, 40)
  await until(() => printed(agent).length === 40, 10_000, agent.stderr)
  process.kill(server, 'SIGCONT')
  makeFiles(41, 80)
  process.kill(server, 'SIGKILL')
  makeFiles(81, 120)
  await until(() => printed(agent).length === 120, 10_000, agent.stderr)
  await listening(agent, 2)
  makeFiles(121, 140)
  await until(() => printed(agent).length === 140, 10_000, agent.stderr)
  const next = serverOf(agent)
  const { code, stderr } = await agent.stop()
  expect(code, stderr).toBe(0)
  expect(existsSync(`/proc/${next}`)).toBe(false)
  expect(printed(agent)).toEqual(names(140))
  expect(await stored()).toEqual(names(140))
  expect(readdirSync(join(state(), 'spool/findings'))).toEqual([])
})

test('a server goes with an agent that is killed', { timeout: 120_000 }, async () => {
  const agent = await start()
  await listening(agent, 1)
  const server = serverOf(agent)
  await agent.stop('SIGKILL')
  await until(() => !existsSync(`/proc/${server}`), 30_000, agent.stderr)
})

/** Files of the findings in the store, in the order in which they were found. */
async function stored(): Promise<string[]> {
  const store = await openStore({ folder: join(state(), 'store'), nowNs: () => Date.now() * 1e6 })
  try {
    const { items } = store.state.findings.list({ rules: ['Watched'] }, { limit: 500, cursor: undefined })
    return items.map(({ output }) => output.split(' ')[0] ?? '').reverse()
  } finally {
    await store.close()
  }
}
