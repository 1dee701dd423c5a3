/** Rules about several events, with the agent as a user starts it: the kernel filters must let every step pass. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { type RunningTarsier, startTarsier } from '../tarsier.ts'
import { cannotObserve } from './observe.ts'

const reason = cannotObserve()
const folder = mkdtempSync(join(tmpdir(), 'tarsier-correlation-'))
const running: RunningTarsier[] = []
const state = join(folder, 'state')
const [secret, sent, learned] = ['secret', 'sent', 'learned'].map((name) => join(folder, name)) as [string, string, string]

beforeEach(({ skip }) => {
  if (reason !== undefined) skip(reason)
})
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop('SIGKILL')
})
afterAll(() => rmSync(folder, { recursive: true }))

async function start(...rules: readonly object[]): Promise<RunningTarsier> {
  const path = join(folder, 'rules.yaml')
  writeFileSync(
    path,
    JSON.stringify(rules.map((rule) => ({ desc: 'A test.', priority: 'NOTICE', output: '%fd.name by %proc.name', ...rule }))),
  )
  const started = await startTarsier(['run', '--rules', path, '--format', 'json', '--fold-window', '0', '--state', state])
  running.push(started)
  return started
}

const opens = (path: string): string => `evt.type in (open, openat) and evt.is_open_read = true and fd.name = ${path}`
const cat = (...paths: readonly string[]): void => void spawnSync('cat', paths)

test('a sequence of one process, in its order, and a count of equal events that the kernel side would fold', async () => {
  for (const path of [secret, sent]) writeFileSync(path, '')
  const steps = [
    { name: 'read', condition: opens(secret) },
    { name: 'sent', condition: opens(sent) },
  ]
  const agent = await start(
    { rule: 'Sequence', sequence: { by: 'proc.pid', within: '10s', steps } },
    { rule: 'Count', condition: opens(sent), threshold: { by: 'proc.pid', count: 5, within: '10s' } },
    { rule: 'Silent', condition: opens(secret), shadow: true },
  )
  cat(sent, secret)
  cat(secret)
  cat(sent, sent, sent, sent)
  cat(secret, sent)
  await agent.finding(({ rule }) => rule === 'Sequence')
  cat(sent, sent, sent, sent, sent)
  await agent.finding(({ rule }) => rule === 'Count')
  await agent.stop('SIGTERM')
  expect(agent.findings().map(({ rule }) => rule)).toEqual(['Sequence', 'Count'])
})

test('what was learned outlives the agent', async () => {
  mkdirSync(learned)
  const files = ['a', 'b'].map((name) => join(learned, name)) as [string, string]
  for (const path of files) writeFileSync(path, '')
  const rule = {
    rule: 'New',
    condition: `evt.type in (open, openat) and fd.directory = ${learned}`,
    first_seen: { by: 'proc.name', value: 'fd.name', within: '1d', learning: '300ms' },
  }
  const first = await start(rule)
  cat(files[0])
  await delay(500)
  await first.stop('SIGTERM')
  expect(first.findings()).toEqual([])
  expect(readFileSync(join(state, 'first-seen.json'), 'utf8')).toContain(files[0])
  const second = await start(rule)
  cat(files[0], files[1])
  await second.finding(({ output }) => output.startsWith(files[1]))
  expect(second.findings()).toHaveLength(1)
})
