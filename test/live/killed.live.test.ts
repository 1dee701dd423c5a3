/** Tarsier is killed, and does not leave behind what nobody would take back: what stands is known to the next agent, with its time. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { constants, hostname as hostName, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ActionRecord } from '../../src/findings/action-record.ts'
import { cgroupsRoot } from '../../src/pipeline/responses/cgroups-root.ts'
import { folderOf, foldersBelow } from '../../src/respond/host/cgroups.ts'
import { readProcess } from '../../src/respond/host/processes.ts'
import type { StandingAction } from '../../src/respond/journal.ts'
import { createNative } from '../../src/sources/ebpf/native-containment.ts'
import { collect, ROOT, type RunningTarsier, until } from '../tarsier.ts'
import { cannotObserve } from './observe.ts'
import { action, keyOf, type Responding, startResponding } from './responding.ts'

const cgroups = cgroupsRoot()
const reason = cannotObserve() ?? (existsSync(join(cgroups, 'cgroup.procs')) ? undefined : 'cgroup v2 is not mounted')
let folder: string
const running: RunningTarsier[] = []
const children: ChildProcess[] = []
let groupsBefore: readonly string[]

beforeEach(({ skip }) => {
  if (reason !== undefined) skip(reason)
  folder = mkdtempSync(join(tmpdir(), 'tarsier-killed-'))
  const rule = { rule: 'Never', desc: 'A test.', condition: `evt.type=open and fd.name = ${folder}/never`, output: 'o', priority: 'NOTICE' }
  writeFileSync(join(folder, 'rule.yaml'), JSON.stringify([rule]))
  groupsBefore = groups()
})
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop('SIGTERM')
  for (const { pid } of children.splice(0)) process.kill(-(pid ?? 0), 'SIGKILL')
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  if (reason === undefined) expect(groups(), 'control groups that are left').toEqual(groupsBefore)
})

const groups = (): readonly string[] => foldersBelow(cgroups).filter((one) => one.includes('/tarsier-hold-'))
const stateOf = (pid: number): string | undefined => readProcess('/proc', pid)?.state
const groupOf = (pid: number): string => folderOf('/proc', cgroups, pid) ?? ''
const isFrozen = (pid: number): boolean => readFileSync(join(groupOf(pid), 'cgroup.events'), 'utf8').includes('frozen 1')
/** What a connect hears there: to an address that nobody has. */
const tried = (pid: number): number =>
  createNative().tryConnect({ cgroup: groupOf(pid), pid: undefined }, { address: Uint8Array.of(192, 0, 2, 77), port: 9 })

function startTarget(program = 'sh', args: readonly string[] = ['-c', 'sleep 1000 & wait']): number {
  const child = spawn(program, args, { stdio: 'ignore', detached: true })
  children.push(child)
  return child.pid ?? 0
}

const start = (by?: readonly string[]): Promise<Responding> =>
  startResponding({ folder, responses: [], ...(by && { by }) }, (agent) => void running.push(agent))

/** Asks for it, and waits until it is seen to have worked. */
async function done(responding: Responding, name: string, pid: number, forSeconds?: number): Promise<ActionRecord> {
  const subject = { hostname: hostName(), processKey: keyOf(pid) }
  const { id } = await responding.ask<ActionRecord>('/actions', { action: name, mode: 'act', subject, ...(forSeconds && { forSeconds }) })
  return action(responding, (one) => one.id === id && one.phase === 'verified')
}

/** As if it had been down for so long. */
function runOut({ id }: ActionRecord): void {
  const path = join(folder, 'state/respond/standing.json')
  const standing = JSON.parse(readFileSync(path, 'utf8')) as StandingAction[]
  const over = standing.map((one) => (one.record.id === id ? { ...one, record: { ...one.record, expiresNs: Date.now() * 1e6 } } : one))
  writeFileSync(path, JSON.stringify(over))
}

async function kill({ agent }: Responding): Promise<void> {
  await agent.stop('SIGKILL')
  running.splice(0)
}

const rolledBack = (responding: Responding, { id }: ActionRecord): Promise<ActionRecord> =>
  action(responding, (one) => one.id === id && one.phase === 'rolled-back')

/** Of the host of one that is so old that it can freeze nothing. */
const WITHOUT_FREEZER = [
  ...['unshare', '-m', 'sh', '-c'],
  `awk '$3 == "cgroup2" || ($3 == "cgroup" && $4 ~ /freezer/) { print $2 }' /proc/self/mounts | xargs umount -l; exec "$@"`,
  'sh',
]

test('what was stopped by signals goes on when its time is over, or somebody says so, at the next agent', {
  timeout: 120_000,
}, async () => {
  const [short, long] = [startTarget(), startTarget()]
  const first = await start(WITHOUT_FREEZER)
  const standing = await done(first, 'freeze', long)
  const brief = await done(first, 'freeze', short, 600)
  expect([standing, brief].map(({ detail }) => detail.by)).toEqual(['signals', 'signals'])
  await kill(first)
  expect([stateOf(short), stateOf(long)]).toEqual(['T', 'T'])
  runOut(brief)
  const next = await start(WITHOUT_FREEZER)
  await rolledBack(next, brief)
  expect([stateOf(short), stateOf(long)]).toEqual(['S', 'T'])
  await next.ask(`/actions/${standing.id}/answer`, { answer: 'undo' })
  await rolledBack(next, standing)
  expect(stateOf(long)).toBe('S')
})

test('a control group stays frozen, isolation ends with the agent and comes back with the next, and both can be taken back', {
  timeout: 120_000,
}, async () => {
  const { EPERM } = constants.errno
  const [frozen, cut] = [startTarget(), startTarget()]
  const before = tried(cut)
  const first = await start()
  const standing = await done(first, 'freeze', frozen)
  const isolated = await done(first, 'isolate-network', cut)
  expect([isFrozen(frozen), tried(cut)]).toEqual([true, EPERM])
  await kill(first)
  expect([isFrozen(frozen), tried(cut)]).toEqual([true, before])
  const next = await start()
  await until(() => tried(cut) === EPERM, 10_000, next.agent.stderr)
  for (const { id } of [standing, isolated]) await next.ask(`/actions/${id}/answer`, { answer: 'undo' })
  for (const one of [standing, isolated]) await rolledBack(next, one)
  expect([stateOf(frozen), tried(cut)]).toEqual(['S', before])
})

/** A process with so much memory that it is read for a while. */
async function startLarge(): Promise<number> {
  const pid = startTarget(process.execPath, ['-e', 'globalThis.held = Buffer.alloc(3e8, 7); setInterval(() => {}, 1e6)'])
  await until(
    () => Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) > 300_000,
    10_000,
    () => 'it has no memory',
  )
  return pid
}

/** Kills the capture as soon as the target is seen to stand still. */
async function killedCapture(pid: number, isHeld: () => boolean): Promise<void> {
  const args = ['evidence', 'capture', '--pid', String(pid), '--freeze', '--memory', 'heap,anonymous', '--state', join(folder, 'state')]
  const child = spawn(`${ROOT}tarsier`, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)))
  await until(() => isHeld() || child.exitCode !== null, 30_000, collect(child.stderr))
  child.kill('SIGKILL')
  expect(await ended).toBe('SIGKILL')
}

test('a capture that is killed leaves nothing stopped', { timeout: 60_000 }, async () => {
  const pid = await startLarge()
  await killedCapture(pid, () => stateOf(pid) === 'T')
  await until(
    () => stateOf(pid) !== 'T',
    10_000,
    () => `process ${pid} is ${stateOf(pid)}`,
  )
})

test('a capture that is killed leaves no control group frozen', { timeout: 60_000 }, async () => {
  const pid = await startLarge()
  const group = join(cgroups, `tarsier-test-${process.pid}`)
  mkdirSync(group)
  try {
    writeFileSync(join(group, 'cgroup.procs'), String(pid))
    await killedCapture(pid, () => isFrozen(pid))
    await until(
      () => !isFrozen(pid),
      10_000,
      () => 'it is frozen',
    )
  } finally {
    writeFileSync(join(cgroups, 'cgroup.procs'), String(pid))
    while (readFileSync(join(group, 'cgroup.procs'), 'utf8') !== '') await sleep(5)
    rmdirSync(group)
  }
})
