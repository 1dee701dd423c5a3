/** What is protected survives a response that acts on everything: each action is refused, with its reason, and the process goes on. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { hostname as hostName, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { ActionRecord } from '../../src/findings/action-record.ts'
import type { SensorReport } from '../../src/findings/sensor-record.ts'
import { collect, ROOT, until } from '../tarsier.ts'
import { cannotObserve } from './observe.ts'
import { action, actions, consoleOf, keyOf, type Responding, startResponding } from './responding.ts'

const SSHD = '/usr/sbin/sshd'
/** Laid there by set-up, where it is not installed. */
const UNPACKED_SSHD = `${ROOT}build/programs/usr/sbin/sshd`
const HELPER = fileURLToPath(new URL('../../build/tarsier-prevent', import.meta.url))
const reason = cannotObserve() ?? (existsSync(HELPER) ? undefined : 'build/tarsier-prevent is not built: npm run setup')
/** All that touch processes. */
const ACTIONS = ['kill-process', 'kill-tree', 'kill-descendants', 'freeze', 'isolate-network']

const folder = mkdtempSync(join(tmpdir(), 'tarsier-protection-'))
/** Nobody but root can lay a file there; anybody can below the other. */
const system = mkdtempSync(reason === undefined ? '/var/lib/tarsier-protection-' : join(folder, 'system-'))
const watched = join(folder, 'watched')
const cleanUp: (() => unknown)[] = []
const children: ChildProcess[] = []
let responding: Responding
let server: number

beforeAll(async () => {
  if (reason !== undefined) return
  mkdirSync(watched)
  for (const place of [folder, system]) chmodSync(place, 0o755)
  chmodSync(watched, 0o777)
  const written = `evt.type in (open, openat, creat) and evt.is_open_write = true and fd.name startswith ${watched}/`
  const forbidden = `evt.type in (open, openat, openat2) and fd.name = ${folder}/forbidden`
  const rules = [
    { rule: 'Watched', desc: 'A test.', condition: written, output: '%fd.name by %proc.name', priority: 'CRITICAL' },
    { rule: 'Forbidden', desc: 'A test.', condition: forbidden, output: '%fd.name', priority: 'NOTICE', prevent: true },
  ]
  writeFileSync(join(folder, 'rule.yaml'), JSON.stringify(rules))
  const apart = await startServer()
  const limits = { per_minute: 1000, concurrent: 1000, processes: 100_000, containers: 100 }
  const respondWith = (name: string) => ({ response: name, mode: 'act', when: { rules: ['*'] }, do: [{ action: name }], limits })
  const responses = [...ACTIONS.map(respondWith), { protect: 'the shop', condition: 'proc.cmdline contains chosen-workload' }]
  responding = await startResponding({ folder, responses, server: apart, args: ['--metrics', '127.0.0.1:0'] }, (agent) => {
    cleanUp.push(() => agent.stop('SIGTERM'))
  })
}, 120_000)

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})
afterAll(async () => {
  for (const step of cleanUp.toReversed()) await step()
  for (const place of [system, folder]) rmSync(place, { recursive: true, force: true })
})

/** As where the two are run apart: the agent is not its parent. Resolves with its address. */
async function startServer(): Promise<string> {
  const args = ['serve', '--listen', '127.0.0.1:0', '--state', join(folder, 'state')]
  const child = spawn(`${ROOT}tarsier`, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] })
  const stderr = collect(child.stderr)
  cleanUp.push(() => new Promise((resolve) => child.once('exit', resolve) && child.kill('SIGTERM')))
  await until(() => consoleOf({ stderr }) !== '', 60_000, stderr)
  server = child.pid ?? 0
  return consoleOf({ stderr })
}

/** Where it stands, and how: `T` when it is stopped. */
const seen = (pid: number): { readonly groups: string; readonly state: string | undefined } => ({
  groups: readFileSync(`/proc/${pid}/cgroup`, 'utf8'),
  state: readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0],
})

/** One of each action, of this process. */
async function allActions(pid: number, phase: ActionRecord['phase']): Promise<readonly ActionRecord[]> {
  for (const name of ACTIONS)
    await action(responding, (one) => one.action === name && one.target.includes(`process ${pid} `) && one.phase === phase)
  return (await actions(responding.ask)).filter(({ target }) => target.includes(`process ${pid} `))
}

/** A response of each action was asked for, and nothing else came of it than its refusal. */
async function expectSpared(pid: number, before: ReturnType<typeof seen>, why: string): Promise<void> {
  const records = await allActions(pid, 'refused')
  expect(records.map((one) => one.action).sort()).toEqual([...ACTIONS].sort())
  for (const { steps } of records) expect(steps.filter(({ phase }) => phase !== 'asked')).toMatchObject([{ phase: 'refused', detail: why }])
  expect(seen(pid).groups).toBe(before.groups)
  expect(seen(pid).state).not.toMatch(/[TtZX]/)
}

interface Writer {
  readonly pid: number
  readonly go: () => void
  readonly ended: () => boolean
}

/** A program that waits for a line, writes a file that is watched, and waits again. */
function startWriter(program: string, marker: string, by: readonly string[] = []): Writer {
  const script = `read line; : > ${watched}/${marker}; read line`
  const [first = program, ...rest] = [...by, program, '-c', script, marker]
  const child = spawn(first, rest, { stdio: ['pipe', 'ignore', 'inherit'] })
  children.push(child)
  return {
    pid: child.pid ?? 0,
    go: () => void child.stdin?.write('go\n'),
    ended: () => child.exitCode !== null || child.signalCode !== null,
  }
}

const copyOfShell = (place: string, name: string): string => copyOf('/bin/sh', place, name)

function copyOf(program: string, place: string, name: string): string {
  const path = join(place, name)
  copyFileSync(program, path)
  chmodSync(path, 0o755)
  return path
}

describe.skipIf(reason !== undefined)('a response that acts on everything spares', () => {
  test.each(['kubelet', 'containerd', 'containerd-shim-runc-v2'])('%s, where nobody but root can have put it', async (name) => {
    const writer = startWriter(copyOfShell(system, name), `spared-${name}`)
    const before = seen(writer.pid)
    writer.go()
    await expectSpared(writer.pid, before, `process ${writer.pid} (${name.slice(0, 15)}) is protected: it is ${name}`)
  })

  test('a workload that a condition names', async () => {
    const writer = startWriter('/bin/sh', 'chosen-workload')
    const before = seen(writer.pid)
    writer.go()
    await expectSpared(writer.pid, before, `process ${writer.pid} (sh) is protected: the protection “the shop” is for it`)
  })

  test('sshd, which goes on answering', async ({ skip }) => {
    skip(!existsSync(SSHD) && !existsSync(UNPACKED_SSHD), 'there is no sshd: npm run setup')
    const { pid, port } = await startSshd()
    const before = seen(pid)
    await expectSpared(pid, before, `process ${pid} (sshd) is protected: it is sshd`)
    expect(await greeting(port)).toMatch(/^SSH-2\.0-/)
  })

  test.each([
    ['the first process', () => 1, 'it is the first process of the host'],
    ['threads of the kernel', () => 2, 'it is a thread of the kernel'],
    ['the agent', () => responding.agent.child.pid ?? 0, 'it is Tarsier'],
    ['the server that somebody else started', () => server, 'it is Tarsier'],
    ['the helper of prevention', () => helperOf(responding.agent.child.pid ?? 0), 'it is Tarsier'],
  ])('%s, whoever asks for it', async (_, find, why) => {
    const pid = find()
    const [before, processKey] = [seen(pid), keyOf(pid)]
    for (const name of ACTIONS)
      await responding.ask('/actions', { action: name, mode: 'act', subject: { hostname: hostName(), processKey } })
    await allRefused(processKey, why)
    expect(seen(pid).groups).toBe(before.groups)
    expect(seen(pid).state).not.toMatch(/[TtZX]/)
  })
})

async function allRefused(processKey: string, why: string): Promise<void> {
  const pid = processKey.split('@')[0]
  for (const name of ACTIONS) {
    const refused = await action(
      responding,
      (one) => one.action === name && one.target.startsWith(`process ${pid} `) && one.phase !== 'asked',
    )
    expect(refused.steps.at(-1)).toMatchObject({ phase: 'refused', detail: expect.stringContaining(`process ${pid} (`) })
    expect(refused.steps.at(-1)?.detail).toMatch(new RegExp(`is protected: ${why}$`))
  }
}

test.skipIf(reason !== undefined)('every refusal is counted by action and mode', async () => {
  const address = /metrics \(url=([^)]+)\)/.exec(responding.agent.stderr())?.[1] ?? ''
  const text = await (await fetch(address)).text()
  const refused = (await actions(responding.ask)).filter(({ phase }) => phase === 'refused').map((one) => one.action)
  for (const name of ACTIONS) {
    const count = refused.filter((one) => one === name).length
    expect(text).toContain(`tarsier_response_steps_total{action="${name}",mode="act",step="refused"} ${count}\n`)
  }
  expect(text).toMatch(/^tarsier_responses 5$/m)
  expect(text).toMatch(/^tarsier_kept_bytes\{folder="quarantine"\} 0$/m)
})

test.skipIf(reason !== undefined)('what is enforced by what is told to the server', async () => {
  const { items } = await responding.ask<{ readonly items: readonly SensorReport[] }>('/sensors')
  expect(items[0]?.prevention).toMatchObject({
    ...{ mode: 'dry-run', inForce: true, rulesLeft: 0, unwatched: [] },
    rules: [{ rule: 'Forbidden', kind: 'file.open', enforced: true, how: 'fanotify' }],
  })
})

describe.skipIf(reason !== undefined)('a protected name protects nobody', () => {
  test.each([
    ['below a folder where anybody can put files', () => startWriter(copyOfShell(folder, 'kubelet'), 'doomed-folder')],
    ['in a mount namespace that is not the host’s', () => startWriter(copyOfShell(system, 'kubelet'), 'doomed-mounts', ['unshare', '-m'])],
    ['of another user', () => startWriter(copyOfShell(system, 'kubelet'), 'doomed-user', ['setpriv', '--reuid=65534'])],
  ])('%s', async (_, start) => {
    const writer = start()
    await until(() => readFileSync(`/proc/${writer.pid}/comm`, 'utf8') === 'kubelet\n', 10_000, responding.agent.stderr)
    writer.go()
    await until(writer.ended, 10_000, responding.agent.stderr)
  })
})

async function startSshd(): Promise<{ readonly pid: number; readonly port: number }> {
  const place = (name: string): string => join(folder, name)
  rmSync(place('hostkey'), { force: true })
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', place('hostkey')])
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  const port = 20_000 + (process.pid % 20_000)
  const lines = [`ListenAddress 127.0.0.1:${port}`, `HostKey ${place('hostkey')}`, `PidFile ${watched}/sshd.pid`, 'UsePAM no']
  writeFileSync(place('sshd_config'), `${lines.join('\n')}\n`)
  const child = spawn(existsSync(SSHD) ? SSHD : copyOf(UNPACKED_SSHD, system, 'sshd'), ['-D', '-e', '-f', place('sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  children.push(child)
  const stderr = collect(child.stderr)
  await until(() => stderr().includes('Server listening') || child.exitCode !== null, 10_000, stderr)
  return { pid: child.pid ?? 0, port }
}

const greeting = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.on('error', reject)
    socket.once('data', (text) => {
      socket.destroy()
      resolve(text.toString())
    })
  })

function helperOf(agent: number): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return Number(pids.find((pid) => isHelper(pid, agent)))
}

function isHelper(pid: string, agent: number): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return status.includes('Name:\ttarsier-prevent\n') && status.includes(`PPid:\t${agent}\n`)
  } catch {
    return false // it ended
  }
}
