/** Containment on the running kernel: what is killed is gone, what is frozen stands, what is cut off passes nothing, and others go on. Nothing stays behind. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLog } from '../../src/lib/log.ts'
import { cgroupsRoot } from '../../src/pipeline/responses/cgroups-root.ts'
import type { ActionContext, AnyAction, Done } from '../../src/respond/action.ts'
import { blockDestination } from '../../src/respond/actions/block-destination.ts'
import { blockFile } from '../../src/respond/actions/block-file.ts'
import { freeze } from '../../src/respond/actions/freeze.ts'
import { isolateNetwork } from '../../src/respond/actions/isolate-network.ts'
import { killDescendants } from '../../src/respond/actions/kill-descendants.ts'
import { killProcess } from '../../src/respond/actions/kill-process.ts'
import { killTree } from '../../src/respond/actions/kill-tree.ts'
import { quarantineFile } from '../../src/respond/actions/quarantine-file.ts'
import { folderOf, foldersBelow, removeFolder } from '../../src/respond/host/cgroups.ts'
import { familyOf } from '../../src/respond/host/family.ts'
import { killFamily } from '../../src/respond/host/kill.ts'
import { livingProcesses, readProcess } from '../../src/respond/host/processes.ts'
import { membersOf } from '../../src/respond/host/workload.ts'
import type { ActionSubject } from '../../src/respond/subject.ts'
import { createNative } from '../../src/sources/ebpf/native-containment.ts'
import { type Container, cannotContain, startContainer } from './bundle.ts'
import { cannotObserve, compileProgram } from './observe.ts'

const cgroups = cgroupsRoot()
const cannotRun = cannotObserve() ?? (existsSync(join(cgroups, 'cgroup.procs')) ? undefined : 'cgroup v2 is not mounted')
/** Ours. */
const groups = (): readonly string[] => foldersBelow(cgroups).filter((folder) => /\/tarsier-(kill|hold)-/.test(folder))
const NOBODY: ActionSubject = {
  ...{ hostname: 'test', findingId: undefined, process: undefined, container: undefined, file: undefined, address: undefined },
}

let state: string
let cleanUp: (() => unknown)[]
let groupsBefore: readonly string[]

beforeEach(({ skip }) => {
  skip(cannotRun !== undefined, cannotRun)
  state = mkdtempSync(join(tmpdir(), 'tarsier-contain-'))
  cleanUp = [() => rmSync(state, { recursive: true, force: true })]
  groupsBefore = groups()
})

afterEach(async () => {
  if (cannotRun !== undefined) return
  for (const step of cleanUp.toReversed()) await step()
  expect(groups(), 'control groups that are left').toEqual(groupsBefore)
})

function context(more: Partial<ActionContext> = {}): ActionContext {
  const log = createLog({ write: () => undefined, format: 'text', level: 'info', colour: false, nowNs: Date.now })
  const nowNs = (): number => Date.now() * 1e6
  return { native: createNative(), proc: '/proc', cgroups, state, nowNs, log, signal: AbortSignal.timeout(60_000), ...more }
}

const settingsOf = (action: AnyAction, given: Readonly<Record<string, unknown>>): never => action.schema.parse(given) as never

/** Does it, and expects that it can be seen to have worked. */
async function done(
  action: AnyAction,
  subject: ActionSubject,
  at: ActionContext,
  given: Readonly<Record<string, unknown>> = {},
): Promise<Done> {
  const result = await action.run(subject, settingsOf(action, given), at)
  expect(await action.verify(subject, settingsOf(action, given), result, at)).toMatchObject({ verified: true })
  return result
}

const undo = (action: AnyAction, { undo: taken }: Done, at: ActionContext): Promise<string> => {
  if (taken === undefined || action.undo === undefined) throw new Error(`${action.name} has nothing to take back`)
  return action.undo(taken, at)
}

function processSubject(pid: number): ActionSubject {
  const found = readProcess('/proc', pid)
  if (found === undefined) throw new Error(`process ${pid} is gone`)
  return { ...NOBODY, process: { pid, startNs: found.startNs, name: found.name, exePath: '' } }
}

/** A process that waits, with two children that wait. */
function startWaiting(): number {
  const child = spawn('sh', ['-c', 'sleep 1000 & sleep 1000 & wait'], { stdio: 'ignore', detached: true })
  const pid = child.pid ?? 0
  cleanUp.push(() => {
    for (const one of livingProcesses('/proc')) if (one.session === pid) process.kill(one.pid, 'SIGKILL')
  })
  return pid
}

async function until(what: string, holds: () => boolean, timeoutMs = 10_000): Promise<void> {
  for (const end = Date.now() + timeoutMs; !holds(); ) {
    if (Date.now() > end) throw new Error(`it did not come to pass: ${what}`)
    await sleep(5)
  }
}

interface Listener {
  readonly port: number
  /** Bytes that came through all connections, and how many connections. */
  readonly heard: () => { readonly bytes: number; readonly connections: number }
}

async function listen(): Promise<Listener> {
  const sockets = new Set<Socket>()
  let bytes = 0
  let connections = 0
  const server: Server = createServer((socket) => {
    connections++
    sockets.add(socket)
    socket.on('data', (data) => (bytes += data.length)).on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanUp.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  return { port: typeof address === 'object' && address !== null ? address.port : 0, heard: () => ({ bytes, connections }) }
}

function contain(name: string, args: readonly string[]): Container {
  const container = startContainer(name, args)
  container.ended.catch(() => undefined)
  cleanUp.push(container.remove)
  return container
}

const containerSubject = (id: string): ActionSubject => ({
  ...NOBODY,
  container: { id, name: undefined, image: undefined, pod: undefined },
})

/** What arrives in so many ms. */
async function heardIn(ms: number, { heard }: Listener) {
  const before = heard()
  await sleep(ms)
  const { bytes, connections } = heard()
  return { bytes: bytes - before.bytes, connections: connections - before.connections }
}

const connects = (port: number): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.on('connect', () => resolve('connected')).on('error', (error) => resolve((error as NodeJS.ErrnoException).code ?? ''))
    socket.on('connect', () => socket.destroy())
  })

describe('kill', () => {
  test('a process that has another start is not hit: ESRCH', async () => {
    const { native } = context()
    const pid = startWaiting()
    const startNs = readProcess('/proc', pid)?.startNs ?? 0
    const { ESRCH, EPERM } = constants.errno
    expect([native.signalProcess(pid, startNs + 2e7, 9), native.signalProcess(pid, startNs - 1e7, 9)]).toEqual([ESRCH, ESRCH])
    expect(native.signalProcess(process.pid, readProcess('/proc', process.pid)?.startNs ?? 0, 9)).toBe(EPERM)
    expect(readProcess('/proc', pid)?.state).toMatch(/[SRD]/)
    expect(native.signalProcess(pid, startNs + 9_999_999, 9)).toBe(0)
  })

  test('kill-process ends one, and its children live on', async () => {
    const pid = startWaiting()
    await until('two children', () => livingProcesses('/proc').filter(({ session }) => session === pid).length === 3)
    await done(killProcess, processSubject(pid), context())
    expect(livingProcesses('/proc').filter(({ session }) => session === pid)).toHaveLength(2)
  })

  test('kill-descendants finds those whose parent has ended; with itself: false, the process lives', async () => {
    const pid = startWaiting()
    await until('two children', () => livingProcesses('/proc').filter(({ session }) => session === pid).length === 3)
    const subject = processSubject(pid)
    await done(killDescendants, subject, context(), { itself: false })
    await until('the shell ends by itself', () => livingProcesses('/proc').every((one) => one.pid !== pid))
    const orphaned = startWaiting()
    await until('two children', () => livingProcesses('/proc').filter(({ session }) => session === orphaned).length === 3)
    const gone = processSubject(orphaned)
    await done(killProcess, gone, context())
    expect((await done(killDescendants, gone, context())).detail.processes).toBe(2)
  })

  test('descendants in sessions of their own, whose parents have ended, are those that the agent saw fork', async () => {
    const child = spawn('sh', ['-c', 'setsid sleep 1000 & echo $!'], { stdio: ['ignore', 'pipe', 'ignore'] })
    const subject = processSubject(child.pid ?? 0)
    const orphan = Number(await new Promise<string>((resolve) => child.stdout.once('data', (text: Buffer) => resolve(text.toString()))))
    cleanUp.push(() => context().native.signalProcess(orphan, startNs, 9))
    const startNs = readProcess('/proc', orphan)?.startNs ?? 0
    await until('the shell has ended', () => livingProcesses('/proc').every(({ pid }) => pid !== child.pid))
    const run = (at: ActionContext) => killDescendants.run(subject, settingsOf(killDescendants, {}), at)
    await expect(run(context())).rejects.toThrow('nothing that descends from process')
    expect((await run(context({ descendants: () => [{ pid: orphan, startNs }] }))).detail.processes).toBe(1)
  })

  test('a thousand processes that fork without end die as one tree', async () => {
    const bomb = compileProgram('forkbomb')
    cleanUp.push(bomb.remove)
    const folder = pidsGroup()
    const child = spawn(bomb.path, [join(folder, 'cgroup.procs')], { stdio: 'ignore', detached: true })
    const current = (): number => Number(readFileSync(join(folder, 'pids.current'), 'utf8'))
    await until('a thousand processes', () => current() >= 1000, 30_000)
    const subject = processSubject(child.pid ?? 0)
    const { detail } = await done(killTree, subject, context())
    expect(livingProcesses('/proc').filter(({ name }) => name === 'forkbomb')).toEqual([])
    expect(detail.processes).toBeGreaterThan(900)
    console.log(`fork bomb: ${detail.processes} processes killed by ${detail.by} in ${detail.tookMs} ms`)
  }, 60_000)

  test('what cannot be stopped in time dies in a control group', async () => {
    const pid = startWaiting()
    await until('two children', () => livingProcesses('/proc').filter(({ session }) => session === pid).length === 3)
    const at = context()
    const { startNs } = processSubject(pid).process ?? { startNs: 0 }
    const killed = await killFamily(() => familyOf({ pid, startNs }, at), { action: 'kill-tree', name: 'test', context: at, stopMs: 0 })
    expect(killed).toEqual({ processes: 3, by: 'cgroup' })
    expect(livingProcesses('/proc').filter(({ session }) => session === pid)).toEqual([])
  })

  test('without cgroup v2, a tree dies, too', async () => {
    const pid = startWaiting()
    await until('two children', () => livingProcesses('/proc').filter(({ session }) => session === pid).length === 3)
    const { detail } = await done(killTree, processSubject(pid), context({ cgroups: join(state, 'none') }))
    expect([detail.processes, detail.by]).toEqual([3, 'signals'])
  })
})

/** A control group whose processes are at most 1,100; ends what is left in it. */
function pidsGroup(): string {
  const root = ['/sys/fs/cgroup/pids', cgroups].find((one) => readdirSync(one).includes('cgroup.procs')) ?? cgroups
  const folder = join(root, `bomb-${process.pid}`)
  mkdirSync(folder)
  cleanUp.push(async () => {
    for (let round = 0; round < 200; round++) {
      const pids = readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number)
      for (const pid of pids) if (pid > 0) killIfThere(pid)
      if (pids.length === 0) break
      await sleep(5)
    }
    await until('the control group is empty', () => removes(folder))
  })
  writeFileSync(join(folder, 'pids.max'), '1100')
  return folder
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function removes(folder: string): boolean {
  try {
    rmdirSync(folder)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EBUSY') return false
    throw error
  }
}

describe('in a container of runc', () => {
  beforeEach(({ skip }) => {
    const reason = cannotContain()
    skip(reason !== undefined, reason)
  })

  test('freeze stops it, taking back lets it go on, and frozen it dies as one tree', async () => {
    const listener = await listen()
    const { id } = contain('chatter', [String(listener.port)])
    await until('it talks', () => listener.heard().bytes > 3)
    const at = context()
    const frozen = await done(freeze, containerSubject(id), at)
    await sleep(50)
    expect(await heardIn(300, listener)).toEqual({ bytes: 0, connections: 0 })
    expect(await freeze.run(containerSubject(id), settingsOf(freeze, {}), at)).toMatchObject({
      summary: 'it was frozen before',
      undo: undefined,
    })
    await undo(freeze, frozen, at)
    expect((await heardIn(300, listener)).bytes).toBeGreaterThan(3)
    await done(freeze, containerSubject(id), at)
    const [member] = membersOf('/proc', id, undefined)
    await done(killTree, processSubject(member?.pid ?? 0), at)
    expect(membersOf('/proc', id, undefined)).toEqual([])
  })

  test('isolation cuts connections that stand and new ones, in the container alone; taking back mends both', async () => {
    const listener = await listen()
    const { id } = contain('chatter', [String(listener.port)])
    const other = contain('chatter', [String(listener.port)])
    await until('both talk', () => listener.heard().connections > 8)
    const at = context()
    const alone = await done(freeze, containerSubject(other.id), at)
    const isolated = await done(isolateNetwork, containerSubject(id), at)
    await sleep(50)
    expect(await heardIn(500, listener)).toEqual({ bytes: 0, connections: 0 })
    expect(await connects(listener.port)).toBe('connected')
    await undo(freeze, alone, at)
    expect((await heardIn(300, listener)).bytes).toBeGreaterThan(3)
    await done(freeze, containerSubject(other.id), at)
    expect(await undo(isolateNetwork, isolated, at)).toBe('it reaches the network again')
    await until('both ways are open again', () => listener.heard().bytes > 0)
    const after = await heardIn(1500, listener)
    expect(after.connections).toBeGreaterThan(3)
    expect(after.bytes).toBeGreaterThan(3)
    await undo(freeze, alone, at)
  })

  test('isolation lets what is on its list through', async () => {
    const listener = await listen()
    const { id } = contain('chatter', [String(listener.port)])
    await until('it talks', () => listener.heard().bytes > 3)
    const at = context()
    const isolated = await done(isolateNetwork, containerSubject(id), at, { allow: [`127.0.0.1:${listener.port}`] })
    const heard = await heardIn(300, listener)
    expect([heard.bytes > 3, heard.connections > 3]).toEqual([true, true])
    await undo(isolateNetwork, isolated, at)
  })

  test('a file of the container is taken away and comes back; links of the container lead nowhere', async () => {
    const listener = await listen()
    const { id } = contain('chatter', [String(listener.port)])
    await until('it talks', () => listener.heard().bytes > 3)
    const tmp = join(tmpdir(), id, 'rootfs/tmp')
    writeFileSync(join(tmp, 'payload'), 'evil')
    writeFileSync(join(state, 'outside'), 'ours')
    symlinkSync(join(state, 'outside'), join(tmp, 'link'))
    symlinkSync(state, join(tmp, 'folder'))
    const at = context()
    const run = (file: string) => quarantineFile.run({ ...containerSubject(id), file }, settingsOf(quarantineFile, {}), at)
    await expect(run('/tmp/link')).rejects.toThrow('over a link')
    await expect(run('/tmp/folder/outside')).rejects.toThrow('over a link')
    await expect(run('/tmp/../tmp/payload')).rejects.toThrow('not the full path')
    const taken = await done(quarantineFile, { ...containerSubject(id), file: '/tmp/payload' }, at)
    expect([existsSync(join(tmp, 'payload')), readFileSync(join(state, 'outside'), 'utf8')]).toEqual([false, 'ours'])
    await undo(quarantineFile, taken, at)
    expect(readFileSync(join(tmp, 'payload'), 'utf8')).toBe('evil')
  })
})

describe('on the host', () => {
  test('who was given control groups of his own cannot let go what is frozen, and it goes back where it was', async () => {
    const own = join(cgroups, `user-${process.pid}`)
    const [app, other] = [join(own, 'app'), join(own, 'other')]
    for (const folder of [own, app, other]) {
      mkdirSync(folder)
      for (const name of ['', 'cgroup.procs']) chownSync(join(folder, name), 65_534, 65_534)
    }
    cleanUp.push(() => until('the groups of the user are empty', () => removeFolder(own)))
    const pid = startWaiting()
    await until('two children', () => livingProcesses('/proc').filter(({ session }) => session === pid).length === 3)
    const tree = livingProcesses('/proc').filter(({ session }) => session === pid)
    for (const one of tree) writeFileSync(join(one.pid === pid ? app : other, 'cgroup.procs'), String(one.pid))
    const at = context()
    const taken = await done(freeze, processSubject(pid), at, { scope: 'tree' })
    expect(taken.detail.folder).toMatch(new RegExp(`^${cgroups}/tarsier-hold-`))
    const move = `echo $$ > ${other}/cgroup.procs; exec setpriv --reuid 65534 --clear-groups sh -c 'echo ${pid} > ${other}/cgroup.procs'`
    expect(spawnSync('sh', ['-c', move]).status).not.toBe(0)
    expect(await freeze.verify(processSubject(pid), settingsOf(freeze, { scope: 'tree' }), taken, at)).toMatchObject({ verified: true })
    await undo(freeze, taken, at)
    expect(tree.map((one) => folderOf('/proc', cgroups, one.pid))).toEqual(tree.map((one) => (one.pid === pid ? app : other)))
    expect(readdirSync(join(state, 'respond'))).toEqual([])
  })

  test('a process tree is cut off, a shell that was connected before, too', async () => {
    const chatter = compileProgram('chatter')
    cleanUp.push(chatter.remove)
    const listener = await listen()
    const child = spawn('sh', ['-c', `${chatter.path} ${listener.port}; :`], { stdio: 'ignore', detached: true })
    cleanUp.push(() => process.kill(-(child.pid ?? 0), 'SIGKILL'))
    await until('it talks', () => listener.heard().bytes > 3)
    const at = context()
    const isolated = await done(isolateNetwork, processSubject(child.pid ?? 0), at)
    expect(isolated.detail).toMatchObject({ processes: 2, sockets: expect.any(Number) })
    await sleep(50)
    expect(await heardIn(300, listener)).toEqual({ bytes: 0, connections: 0 })
    await undo(isolateNetwork, isolated, at)
    expect((await heardIn(1500, listener)).bytes).toBeGreaterThan(3)
  })

  test('sockets around the rule are not to be had: MPTCP, and packet sockets where the kernel can', async () => {
    const program = compileProgram('socket')
    cleanUp.push(program.remove)
    // AF_PACKET, SOCK_RAW; AF_INET, SOCK_STREAM, IPPROTO_MPTCP; AF_INET, SOCK_RAW, IPPROTO_UDP; AF_UNIX, SOCK_STREAM.
    const wanted = ['17 3 0', '2 1 262', '2 3 17', '1 1 0'].flatMap((one) => one.split(' '))
    const child = spawn(program.path, wanted, { stdio: ['pipe', 'pipe', 'ignore'] })
    cleanUp.push(() => child.kill('SIGKILL'))
    const at = context()
    const isolated = await done(isolateNetwork, processSubject(child.pid ?? 0), at)
    child.stdin.write('go\n')
    const said = await new Promise<string>((resolve) => child.stdout.once('data', (text: Buffer) => resolve(text.toString())))
    const { EPERM } = constants.errno
    expect(said.trim().split(' ').map(Number)).toEqual([isolated.detail.holdsFamilies === true ? EPERM : 0, EPERM, 0, 0])
    await undo(isolateNetwork, isolated, at)
  })

  test('a destination is blocked for everybody, others are not, and it comes back', async () => {
    const at = context()
    const subject: ActionSubject = { ...NOBODY, address: { ip: '192.0.2.77', port: 443 } }
    const tried = (last: number, port: number) =>
      at.native.tryConnect({ cgroup: undefined, pid: undefined }, { address: Uint8Array.of(192, 0, 2, last), port })
    const before = tried(77, 443)
    const blocked = await done(blockDestination, subject, at, { everyPort: false })
    expect([tried(77, 443), tried(77, 444), tried(78, 443)]).toEqual([constants.errno.EPERM, before, before])
    await undo(blockDestination, blocked, at)
    expect(tried(77, 443)).toBe(before)
  })

  test.each([
    ['127.0.0.1', 'an address of this host'],
    ['0.0.0.0/0', 'too wide'],
    ['192.0.2.5', 'excepted'],
  ])('%s is never blocked: %s', async (ip, reason) => {
    const subject: ActionSubject = { ...NOBODY, address: { ip, port: undefined } }
    await expect(blockDestination.run(subject, settingsOf(blockDestination, { except: ['192.0.2.0/24'] }), context())).rejects.toThrow(
      reason,
    )
  })

  test('a quarantined file comes back byte for byte, with mode, owner and times', async () => {
    const file = join(state, 'payload')
    const content = randomBytes(3_000_000)
    writeFileSync(file, content)
    chmodSync(file, 0o4751)
    utimesSync(file, 1_000_000_000.25, 1_100_000_000.5)
    const before = statSync(file)
    const subject = { ...NOBODY, file }
    const at = context()
    const taken = await done(quarantineFile, subject, at)
    expect([existsSync(file), taken.detail.bytes]).toEqual([false, content.length])
    const sealed = readFileSync(join(state, 'quarantine', String(taken.detail.quarantine), 'sealed'))
    expect(sealed.includes(content.subarray(0, 32))).toBe(false)
    expect(statSync(join(state, 'keys/quarantine.key')).mode & 0o777).toBe(0o600)
    await undo(quarantineFile, taken, at)
    const { mode, uid, gid, mtimeMs, size } = statSync(file)
    expect({ mode, uid, gid, mtimeMs, size }).toEqual({
      ...{ mode: before.mode, uid: before.uid, gid: before.gid, mtimeMs: before.mtimeMs, size: before.size },
    })
    expect(readFileSync(file).equals(content)).toBe(true)
    expect(readdirSync(join(state, 'quarantine'))).toEqual([])
  })

  test('a sealed copy that was changed is not put back, and a larger file stays', async () => {
    const file = join(state, 'payload')
    writeFileSync(file, 'evil')
    const subject = { ...NOBODY, file }
    const at = context()
    const taken = await done(quarantineFile, subject, at)
    const path = join(state, 'quarantine', String(taken.detail.quarantine), 'sealed')
    const sealed = readFileSync(path)
    sealed[0] = (sealed[0] ?? 0) ^ 1
    writeFileSync(path, sealed)
    expect(await quarantineFile.verify(subject, settingsOf(quarantineFile, {}), taken, at)).toMatchObject({ verified: false })
    await expect(undo(quarantineFile, taken, at)).rejects.toThrow('cannot be read')
    expect(existsSync(file)).toBe(false)
    execFileSync('truncate', ['-s', '2M', file])
    await expect(quarantineFile.run(subject, settingsOf(quarantineFile, { maxMiB: 1 }), at)).rejects.toThrow('larger than')
    expect(statSync(file).size).toBe(2 << 20)
  })

  test('to block a file without prevention fails and says so', async () => {
    const file = join(state, 'payload')
    writeFileSync(file, 'evil')
    await expect(blockFile.run({ ...NOBODY, file }, settingsOf(blockFile, {}), context())).rejects.toThrow('ENOSYS')
  })
})
