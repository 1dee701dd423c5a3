/** Responses from end to end: what is found is acted on by the agent, by itself or when a person says so, and every step can be seen. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname as hostName, tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ActionRecord } from '../../src/findings/action-record.ts'
import { type RunningTarsier, until } from '../tarsier.ts'
import { cannotObserve } from './observe.ts'
import { action, keyOf, type Responding, startResponding } from './responding.ts'

const reason = cannotObserve()
let folder: string
const running: RunningTarsier[] = []
const children: ChildProcess[] = []

beforeEach(({ skip }) => {
  if (reason !== undefined) skip(reason)
  folder = mkdtempSync(join(tmpdir(), 'tarsier-respond-'))
  const condition = `evt.type in (open, openat, creat) and evt.is_open_write = true and fd.name startswith ${folder}/`
  const rule = { rule: 'Watched', desc: 'A test.', condition, output: '%fd.name by %proc.name', priority: 'CRITICAL' }
  writeFileSync(join(folder, 'rule.yaml'), JSON.stringify([rule]))
})
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop('SIGTERM')
  for (const child of children.splice(0)) child.kill('SIGKILL')
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

const state = (): string => join(folder, 'state')
const start = (responses: readonly object[]): Promise<Responding> =>
  startResponding({ folder, responses }, (agent) => void running.push(agent))

/** A shell that writes the file when it is told to, and has a child. */
function shell(file: string): { readonly pid: number; readonly go: () => void; readonly ended: () => boolean } {
  const child = spawn('sh', ['-c', `sleep 1000 & read line; : > ${join(folder, file)}; wait`], { stdio: ['pipe', 'ignore', 'ignore'] })
  children.push(child)
  return {
    pid: child.pid ?? 0,
    go: () => void child.stdin?.write('go\n'),
    ended: () => child.exitCode !== null || child.signalCode !== null,
  }
}

/** What was kept of the time before a finding. */
const kept = (findingId: string | undefined): string =>
  gunzipSync(readFileSync(join(state(), `flight/host/${findingId}.ndjson.gz`))).toString()

test('a tree is killed since it was found, and the agent and what is protected are spared', { timeout: 120_000 }, async () => {
  const spared = shell('b')
  const responding = await start([
    { response: 'kill', mode: 'act', when: { rules: ['*'] }, do: [{ action: 'kill-tree' }], limits: { per_minute: 100, concurrent: 50 } },
    { protect: 'mine', condition: `proc.pid = ${spared.pid}` },
    // The test's own commands write into the store below the folder.
    { protect: 'the commands', condition: 'proc.cmdline contains "users add" or proc.cmdline contains "tokens add"' },
  ])
  const { agent } = responding
  const doomed = shell('a')
  doomed.go()
  spared.go()
  await until(doomed.ended, 10_000, agent.stderr)
  const killed = await action(responding, ({ target, phase }) => target.includes(`${doomed.pid} `) && phase === 'verified')
  expect(killed).toMatchObject({ action: 'kill-tree', mode: 'act', policy: 'kill', reach: { processCount: 2 } })
  expect(killed.steps.map(({ phase }) => phase)).toEqual(['allowed', 'executed', 'verified'])
  const refused = await action(responding, ({ target }) => target.includes(`${spared.pid} `))
  expect(refused.steps.map(({ phase }) => phase)).toEqual(['refused'])
  expect(refused.steps[0]?.detail).toContain('the protection “mine”')
  expect(spared.ended()).toBe(false)
  // The server writes into its store below the folder: the rule matches it, too.
  const own = await action(responding, ({ steps }) => steps[0]?.detail.includes('it is Tarsier') === true)
  expect(own.phase).toBe('refused')
  expect(kept(killed.findingId)).toContain(`"processKey":"${doomed.pid}@`)
  expect(kept(killed.findingId)).toMatch(/"kind":"process.exec"/)
  await agent.finding(({ rule, output }) => rule === 'Tarsier responded' && output.includes(`process ${doomed.pid} `))
  await agent.finding(({ rule, output }) => rule === 'Tarsier held a response back' && output.includes(`process ${spared.pid} `))
})

test('who is asked says yes by the command line; nothing happens before, and a dry run never does anything', {
  timeout: 120_000,
}, async () => {
  const responding = await start([
    { response: 'ask', mode: 'ask', when: { condition: `fd.name = ${join(folder, 'a')}` }, do: [{ action: 'kill-process' }] },
    { response: 'dry', when: { condition: `fd.name = ${join(folder, 'b')}` }, do: [{ action: 'kill-tree' }] },
  ])
  const { agent, ask } = responding
  const [asked, dry] = [shell('a'), shell('b')]
  asked.go()
  dry.go()
  const waiting = await action(responding, ({ phase, target }) => phase === 'asked' && target.includes(`${asked.pid} `))
  const planned = await action(responding, ({ phase }) => phase === 'planned')
  expect(planned).toMatchObject({ mode: 'dry-run', reach: { processCount: 2 } })
  expect([asked.ended(), dry.ended()]).toEqual([false, false])
  expect(await ask(`/actions/${waiting.id}/answer`, { answer: 'approve' })).toMatchObject({ id: waiting.id })
  await until(asked.ended, 10_000, agent.stderr)
  const done = await action(responding, ({ id, phase }) => id === waiting.id && phase === 'verified')
  expect(done.userId).toBeDefined()
  expect(dry.ended()).toBe(false)
})

test('a person asks for an action, sees whom it would touch, and takes it back', { timeout: 120_000 }, async () => {
  const responding = await start([])
  const { agent, ask } = responding
  const file = join(folder, 'dropped')
  writeFileSync(file, 'malicious')
  const hostname = hostName()
  const target = shell('never')
  const processKey = keyOf(target.pid)
  await until(() => existsSync(join(state(), 'server/ingest.sock')), 10_000, agent.stderr)
  const preview = await ask<ActionRecord>('/actions', { action: 'kill-tree', subject: { hostname, processKey } })
  expect(preview).toMatchObject({ phase: 'planned', reach: { processCount: 2 } })
  expect(target.ended()).toBe(false)
  const asked = await ask<ActionRecord>('/actions', { action: 'quarantine-file', mode: 'act', subject: { hostname, file } })
  const done = await action(responding, ({ id, phase }) => id === asked.id && phase === 'verified')
  expect([done.undoable, existsSync(file)]).toEqual([true, false])
  await ask(`/actions/${asked.id}/answer`, { answer: 'undo' })
  await action(responding, ({ id, phase }) => id === asked.id && phase === 'rolled-back')
  expect(readFileSync(file, 'utf8')).toBe('malicious')
  expect(await ask('/actions', { action: 'kill-tree', mode: 'act', subject: { hostname: 'elsewhere', processKey } })).toMatchObject({
    code: 'RESPONSE_NO_AGENT',
  })
  const plan = await ask<{ readonly findings: number }>('/responses/plan', {})
  expect(plan.findings).toBeGreaterThanOrEqual(0)
})

test('a program that a rule names dies at the hook, before its first instruction', { timeout: 120_000 }, async () => {
  const program = join(folder, 'dropped')
  copyFileSync('/usr/bin/touch', program)
  const condition = `evt.type in (execve, execveat) and proc.exepath = ${program}`
  writeFileSync(
    join(folder, 'rule.yaml'),
    JSON.stringify([{ rule: 'Dropped', desc: 'd', condition, output: '%proc.exepath', priority: 'CRITICAL' }]),
  )
  const responding = await start([{ response: 'at once', mode: 'act', when: { rules: ['Dropped'] }, do: [{ action: 'kill-at-hook' }] }])
  const { agent } = responding
  expect(agent.stderr()).toMatch(/killed at the hook \(rules=1\)/)
  const { signal } = spawnSync(program, [join(folder, 'made')])
  expect([signal, existsSync(join(folder, 'made'))]).toEqual(['SIGKILL', false])
  const done = await action(responding, ({ phase }) => phase === 'verified')
  expect(done).toMatchObject({ action: 'kill-at-hook', detail: { atHook: true } })
  expect(done.steps.map(({ phase }) => phase)).toEqual(['allowed', 'executed', 'verified'])
})
