/** The agent and a server that behaves badly: detection does not notice, and the server gets everything once, in order. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Finding } from '../../src/findings/finding.ts'
import type { HistoryEvent } from '../../src/findings/history-event.ts'
import type { ProcessRecord } from '../../src/findings/process-record.ts'
import type { SensorReport } from '../../src/findings/sensor-record.ts'
import { type IngestServer, startIngestServer } from '../ingest-server.ts'
import { type RunningTarsier, startTarsier, until } from '../tarsier.ts'
import { cannotObserve } from './observe.ts'

const reason = cannotObserve()
let folder: string
const running: RunningTarsier[] = []
const servers: IngestServer[] = []

beforeEach(({ skip }) => {
  if (reason !== undefined) skip(reason)
  folder = mkdtempSync(join(tmpdir(), 'tarsier-upstream-'))
  writeRule('rule.yaml', 'Watched', 'w')
})
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop('SIGKILL')
  for (const one of servers.splice(0)) await one.close()
  rmSync(folder, { recursive: true, force: true })
})

const state = (): string => join(folder, 'state')

/** A rule about files that begin with a letter. */
function writeRule(path: string, name: string, letter: string): void {
  const condition = `evt.type in (open, openat, creat) and evt.is_open_write = true and fd.name startswith ${folder}/${letter}`
  writeFileSync(
    join(folder, path),
    JSON.stringify([{ rule: name, desc: 'A test.', condition, output: '%fd.name by %proc.name', priority: 'NOTICE' }]),
  )
}

async function start(...args: readonly string[]): Promise<RunningTarsier> {
  const rules = ['--rules', join(folder, 'rule.yaml')]
  const agent = await startTarsier([
    'run',
    ...rules,
    '--format',
    'json',
    '--fold-window',
    '0',
    '--server-apart',
    '--state',
    state(),
    ...args,
  ])
  running.push(agent)
  return agent
}

async function serve(): Promise<IngestServer> {
  const server = await startIngestServer(join(state(), 'server/ingest.sock'))
  servers.push(server)
  return server
}

/** Makes files; each is a finding of its own. */
function makeFiles(from: number, to: number, letter = 'w'): void {
  for (let number = from; number <= to; number++) writeFileSync(join(folder, `${letter}${number}`), '')
}

const fileOf = (output: string): string => output.split(' ')[0]?.slice(folder.length + 1) ?? ''
const watched = (findings: readonly { readonly rule: string; readonly output: string }[]): string[] =>
  findings.filter(({ rule }) => rule === 'Watched').map(({ output }) => fileOf(output))
const printed = (agent: RunningTarsier): string[] => watched(agent.findings())
const arrived = (server: IngestServer): string[] => watched(server.findings.map((line) => line.finding as Finding))
const names = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, index) => `w${from + index}`)
const said = (agent: RunningTarsier) => (): string => `${agent.stdout().slice(-2000)}\n${agent.stderr()}`

describe('a server', () => {
  test('is told findings, events with their processes up to the first, and how the sensor is', async () => {
    const server = await serve()
    const agent = await start('--metrics', '127.0.0.1:0')
    spawnSync('sh', ['-c', `: > ${folder}/w1`])
    await until(() => arrived(server).length === 1 && server.sensors.length > 0, 10_000, said(agent))
    const [finding] = server.findings.map((line) => line.finding as Finding)
    await until(() => eventsOf(server).some(({ id }) => id === finding?.eventIds[0]), 10_000, said(agent))
    const event = eventsOf(server).find(({ id }) => id === finding?.eventIds[0])
    expect(event).toMatchObject({ kind: 'file.open', processKey: finding?.processKey, fields: { 'fd.name': `${folder}/w1` } })
    expect(lineOfDescent(server, event?.processKey)).toMatchObject({ first: 'sh', last: 1 })
    await until(() => reportOf(server).totals.findings === 1, 10_000, said(agent))
    expect(reportOf(server)).toMatchObject({ pid: agent.child.pid, rules: 1, degraded: [], losses: [], cost: { findings: 1 } })
    expect(server.outOfOrder()).toBe(0)
    const metrics = await (await fetch(/http:\S+\/metrics/.exec(agent.stderr())?.[0] ?? '')).text()
    expect(metrics).toMatch(/^tarsier_spool_sent_total\{stream="findings"\} 1$/m)
    expect(metrics).toMatch(/^tarsier_spool_lost_total\{stream="history"\} 0$/m)
  })

  test('that stands still, fails, dies and comes back keeps nobody from being found, and gets everything once', {
    timeout: 120_000,
  }, async () => {
    const server = await serve()
    const agent = await start()
    makeFiles(1, 20)
    await until(() => arrived(server).length === 20, 10_000, said(agent))
    let done = 20
    for (const manner of [503, 500, 'cut', (lines: number) => Math.ceil(lines / 2), 'stall'] as const) {
      server.behave = manner
      makeFiles(done + 1, done + 20)
      done += 20
      await until(() => printed(agent).length === done, 10_000, said(agent))
    }
    await server.close()
    makeFiles(done + 1, done + 20)
    done += 20
    await until(() => printed(agent).length === done, 10_000, said(agent))
    // What it has taken, it has: the next one goes on behind it.
    const taken = arrived(server)
    const next = await startIngestServer(join(state(), 'server/ingest.sock'), { positions: server.positions })
    servers.push(next)
    await until(() => taken.length + arrived(next).length >= done, 30_000, said(agent))
    const { code } = await agent.stop()
    expect(code).toBe(0)
    expect([...taken, ...arrived(next)]).toEqual(names(1, done))
    expect(printed(agent)).toEqual(names(1, done))
  })

  test('that was away when the agent was killed gets from the next agent what the first has found', async () => {
    const agent = await start()
    makeFiles(1, 50)
    await until(() => waitingFindings() === 50, 10_000, said(agent))
    await agent.stop('SIGKILL')
    const server = await serve()
    const next = await start()
    makeFiles(51, 60)
    await until(() => arrived(server).length >= 60, 15_000, said(next))
    expect(arrived(server)).toEqual(names(1, 60))
  })

  test('gets what was found last before the agent ends', async () => {
    const server = await serve()
    const agent = await start()
    makeFiles(1, 200)
    await until(() => printed(agent).length === 200, 10_000, said(agent))
    await agent.stop()
    expect(arrived(server)).toEqual(names(1, 200))
    expect(readdirSync(join(state(), 'spool/findings'))).toEqual([])
  })
})

const reportOf = (server: IngestServer): SensorReport => server.sensors.at(-1) as unknown as SensorReport
const eventsOf = (server: IngestServer): HistoryEvent[] => server.history.flatMap((line) => (line.event as HistoryEvent | undefined) ?? [])

/** Name of the process, and the pid at the end of its forebears. */
function lineOfDescent(server: IngestServer, key: string | undefined) {
  const states = server.history.flatMap((line) => (line.process as ProcessRecord | undefined) ?? [])
  const of = (wanted: string | undefined): ProcessRecord | undefined => states.findLast(({ processKey }) => processKey === wanted)
  let last = of(key)
  for (let above = of(last?.parentKey); above !== undefined; above = of(above.parentKey)) last = above
  return { first: of(key)?.name, last: last?.pid }
}

/** Lines in the spool. */
function waitingFindings(): number {
  const spool = join(state(), 'spool/findings')
  if (!existsSync(spool)) return 0
  const texts = readdirSync(spool).map((file) => readFileSync(join(spool, file), 'utf8'))
  return texts.join('').match(/"rule":"Watched"/g)?.length ?? 0
}

describe('the disk', () => {
  test('that is full is said once, keeps nobody from being found, and takes what waits when it has room', { timeout: 90_000 }, async () => {
    mkdirSync(state())
    // Room for thirty findings whose forebears have the longest command lines there can be.
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'none', state()])
    try {
      const agent = await start('--no-history')
      writeFileSync(join(state(), 'filler'), '')
      spawnSync('dd', ['if=/dev/zero', `of=${join(state(), 'filler')}`, 'bs=4k'])
      makeFiles(1, 30)
      await until(() => printed(agent).length === 30, 10_000, said(agent))
      await until(() => /cannot be kept on the disk/.test(agent.stderr()), 10_000, said(agent))
      rmSync(join(state(), 'filler'))
      await until(() => /is kept on the disk again/.test(agent.stderr()), 10_000, said(agent))
      const server = await serve()
      await until(() => arrived(server).length >= 30, 15_000, said(agent))
      expect(arrived(server)).toEqual(names(1, 30))
      expect(agent.stderr().match(/cannot be kept on the disk/g)).toHaveLength(1)
      await agent.stop()
    } finally {
      spawnSync('umount', ['-l', state()])
    }
  })
})

describe('a state folder', () => {
  test('is one agent’s: a second one finds all the same, and keeps nothing', async () => {
    const first = await start()
    const second = await start()
    expect(second.stderr()).toMatch(/nothing is kept for a server.*another agent/)
    makeFiles(1, 1)
    await until(() => printed(first).length === 1 && printed(second).length === 1, 10_000, said(second))
    await first.stop()
    const third = await start()
    expect(third.stderr()).not.toContain('nothing is kept')
  })

  test('has rules that are taken in when they come, change and go', { timeout: 90_000 }, async () => {
    const agent = await start('--no-history')
    mkdirSync(join(state(), 'rules'), { recursive: true })
    writeRule('state/rules/more.yaml', 'More', 'm')
    await loaded(agent, 1)
    makeFiles(1, 1, 'm')
    await agent.finding(({ rule }) => rule === 'More')
    writeFileSync(join(state(), 'rules/overrides.yaml'), JSON.stringify([{ rule: 'Watched', enabled: false }]))
    await loaded(agent, 2)
    makeFiles(1, 1)
    makeFiles(2, 2, 'm')
    await agent.finding(({ output }) => output.includes('/m2 '))
    expect(printed(agent)).toEqual([])
    rmSync(join(state(), 'rules'), { recursive: true })
    await loaded(agent, 3)
    makeFiles(2, 2)
    await until(() => printed(agent).length === 1, 10_000, said(agent))
  })
})

/** The rules have been loaded so often. */
function loaded(agent: RunningTarsier, times: number): Promise<void> {
  return until(() => (agent.stderr().match(/rules loaded \(/g)?.length ?? 0) >= times, 20_000, said(agent))
}

test('--no-server keeps nothing', async () => {
  const agent = await startTarsier(['run', '--rules', join(folder, 'rule.yaml'), '--json', '--no-server', '--state', state()])
  running.push(agent)
  makeFiles(1, 1)
  await until(() => printed(agent).length === 1, 10_000, said(agent))
  await agent.stop()
  expect(existsSync(join(state(), 'spool'))).toBe(false)
})

test('a report says what is not watched in full', async () => {
  const server = await serve()
  await start('--no-compat')
  await until(
    () => server.sensors.length > 0,
    10_000,
    () => '',
  )
  expect(reportOf(server).degraded.map(({ name }) => name)).toContain('32-bit calls')
})
