/** The agent measured while it works: metrics, top, and what --max-cpu does under a real load. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { CostReport } from '../../src/lib/cost-report.ts'
import { type RunningTarsier, startTarsier, tarsier, until } from '../tarsier.ts'

let folder = ''
let running: RunningTarsier | undefined
const loads: (() => void)[] = []

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tarsier-cost-'))
})
afterEach(async () => {
  for (const stop of loads.splice(0)) stop()
  await running?.stop()
  running = undefined
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function start(rules: string, args: readonly string[] = []): Promise<RunningTarsier> {
  const path = join(folder, 'rules.yaml')
  writeFileSync(path, rules)
  running = await startTarsier(['run', '--format', 'json', '--rules', path, ...args])
  return running
}

const rule = (name: string, priority: string, condition: string): string =>
  `- rule: ${name}\n  desc: d\n  condition: ${condition}\n  output: opened by %proc.name\n  priority: ${priority}\n`

/** Opens files with ever other names until stopped, so that nothing can be folded. */
function openFiles(): void {
  const pause = 'select(undef, undef, undef, 0.01) unless $n % 50'
  const child = spawn('perl', ['-e', `while () { for my $n (0..20000) { open(F, '<', "${folder}/none\${n}"); ${pause} } }`])
  loads.push(() => void child.kill('SIGKILL'))
}

const urlOf = (agent: RunningTarsier): string => /http:\/\/[^)\s]+/.exec(agent.stderr())?.[0] ?? ''

/** Samples of the metrics by name and labels, as they are written. */
async function samples(url: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(url)).text()
  const found = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(found.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]))
}

const opened = 'evt.type in (open, openat)'

describe('the cost of a running agent', () => {
  test('metrics tell events, tries, matches, latency and run times of programs under load', async () => {
    const rules =
      rule('Every open of ours', 'debug', `${opened} and fd.name startswith ${folder}`) +
      rule('Never', 'debug', `${opened} and fd.name = /no/such`)
    const agent = await start(rules, ['--metrics', '127.0.0.1:0', '--bpf-stats'])
    openFiles()
    const url = urlOf(agent)
    await until(() => agent.findings().length > 0, 10_000, agent.stderr)
    await expect
      .poll(async () => (await samples(url)).get('tarsier_rule_evaluations_total{rule="Every open of ours"}') ?? 0, { timeout: 20_000 })
      .toBeGreaterThan(0)
    const values = await samples(url)
    const value = (name: string): number => values.get(`tarsier_${name}`) ?? Number.NaN
    expect(value('rules')).toBe(2)
    expect(value('events_sent_total{kind="file.open"}')).toBeGreaterThan(100)
    expect(value('rule_matches_total{rule="Every open of ours"}')).toBeGreaterThan(100)
    expect(value('rule_matches_total{rule="Never"}')).toBe(0)
    expect(value('kind_seconds_total{kind="file.open"}')).toBeGreaterThan(0)
    expect(value('evaluation_latency_seconds_count')).toBeGreaterThan(0)
    expect(value('evaluation_latency_seconds_bucket{le="+Inf"}')).toBe(value('evaluation_latency_seconds_count'))
    expect(value('program_runs_total{program="file_open__openat"}')).toBeGreaterThan(100)
    expect(value('program_run_seconds_total{program="file_open__openat"}')).toBeGreaterThan(0)
    expect(value('ring_size_bytes')).toBeGreaterThan(0)
    expect(await (await fetch(url.replace(/metrics$/, 'healthz'))).text()).toBe('ok\n')
    expect((await fetch(url.replace(/metrics$/, 'costs'))).status).toBe(404)
  })

  test('top asks the running agent, and what it says fits what happened', async () => {
    const agent = await start(rule('Every open of ours', 'debug', `${opened} and fd.name startswith ${folder}`))
    openFiles()
    await until(() => agent.findings().length > 0, 10_000, agent.stderr)
    const pid = String(agent.child.pid)
    tarsier(['top', '--once', '--pid', pid, '--interval', '500ms'])
    const { code, stdout, stderr } = tarsier(['top', '--once', '--json', '--programs', '--pid', pid, '--interval', '2s'])
    expect(code, stderr).toBe(0)
    const { before, after } = JSON.parse(stdout) as { before: CostReport; after: CostReport }
    const open = (report: CostReport) => report.kinds.find(({ kind }) => kind === 'file.open')
    expect((open(after)?.sent ?? 0) - (open(before)?.sent ?? 0)).toBeGreaterThan(100)
    expect(after.rules.find(({ rule }) => rule === 'Every open of ours')?.evaluations).toBeGreaterThan(0)
    expect(after.programs.find(({ program }) => program === 'file_open__openat')?.runs).toBeGreaterThan(0)
    expect(tarsier(['top', '--once', '--pid', pid, '--interval', '200ms']).stdout).toMatch(/^file\.open +\d/m)
    await agent.stop()
    expect(existsSync(`/run/tarsier/${pid}.sock`)).toBe(false)
    expect(tarsier(['top', '--once', '--pid', pid])).toMatchObject({ code: 4, stdout: '' })
  })

  test('an address that is taken ends the start with what to do', () => {
    const path = join(folder, 'rules.yaml')
    writeFileSync(path, rule('Any', 'debug', opened))
    const { code, stderr } = tarsier(['run', '--no-server', '--rules', path, '--metrics', '192.0.2.1:9464'])
    expect(code).not.toBe(0)
    expect(stderr).toMatch(/cannot listen at 192\.0\.2\.1 port 9464: .*\n.*--metrics/)
  })
})

describe('--max-cpu', () => {
  test('folds harder, then samples what only rules of low priority want, and says each step', { timeout: 120_000 }, async () => {
    const rules = rule('Low', 'debug', `${opened} and fd.name startswith ${folder}`)
    const agent = await start(rules, ['--max-cpu', '0.05%', '--metrics', '127.0.0.1:0'])
    openFiles()
    const said = (text: string) => until(() => agent.stderr().includes(text), 60_000, agent.stderr)
    await said('equal events are folded within 4.0 s')
    await said('file.open 1 in 4')
    await said('file.open 1 in 64')
    const steps = agent.findings().filter(({ rule: name }) => name === 'Tarsier watches less to save processor time')
    expect(steps.length).toBeGreaterThanOrEqual(6)
    const values = await samples(urlOf(agent))
    expect(values.get('tarsier_events_dropped_total{kind="file.open",cause="sampled"}')).toBeGreaterThan(0)
    expect(values.get('tarsier_kept_ratio{kind="file.open"}')).toBe(1 / 64)
  })

  test('what a rule of priority warning wants is watched in full, and the agent says that it cannot cost less', {
    timeout: 120_000,
  }, async () => {
    const agent = await start(rule('High', 'warning', `${opened} and fd.name = ${folder}/secret`), [
      '--max-cpu',
      '0.05%',
      '--metrics',
      '127.0.0.1:0',
    ])
    openFiles()
    await agent.finding(({ rule: name }) => name === 'Tarsier watches less to save processor time')
    await until(() => agent.findings().some(({ rule: name }) => name === 'Tarsier costs more than it may'), 60_000, agent.stderr)
    const values = await samples(urlOf(agent))
    expect(values.get('tarsier_events_dropped_total{kind="file.open",cause="sampled"}')).toBe(0)
  })
})
