/** Containers that are paused and stopped through runtimes that are real: runc, containerd, and the CRI of that containerd. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createLog } from '../../src/lib/log.ts'
import type { ActionContext, AnyAction, Done } from '../../src/respond/action.ts'
import { pauseContainer } from '../../src/respond/actions/pause-container.ts'
import { stopContainer } from '../../src/respond/actions/stop-container.ts'
import { readProcess } from '../../src/respond/host/processes.ts'
import type { Native } from '../../src/respond/native.ts'
import type { ActionSubject } from '../../src/respond/subject.ts'
import { cannotContain } from './bundle.ts'
import { type Containerd, cannotRunContainerd, startContainerd } from './containerd.ts'

const noRunc = process.getuid?.() === 0 ? cannotContain() : 'runc needs root'
const noContainerd = noRunc ?? cannotRunContainerd()

/** These actions need nothing of the addon. */
const context: ActionContext = {
  native: {} as Native,
  proc: '/proc',
  cgroups: spawnSync('findmnt', ['-n', '-t', 'cgroup2', '-o', 'TARGET'], { encoding: 'utf8' }).stdout.trim().split('\n')[0] ?? '',
  state: tmpdir(),
  nowNs: () => Date.now() * 1e6,
  log: createLog({ write: () => undefined, format: 'text', level: 'error', colour: false, nowNs: () => 0 }),
  signal: new AbortController().signal,
}

const subjectOf = (id: string): ActionSubject => ({
  ...{ hostname: 'here', findingId: undefined, process: undefined, file: undefined, address: undefined },
  container: { id, name: undefined, image: undefined, pod: undefined },
})

/** Runtimes that are not asked: the tests must not touch what else runs here. */
const NOWHERE = { dockerSocket: '/nowhere', containerdSocket: '/nowhere', criSockets: [], runcRoots: [] }

function driver(action: AnyAction, id: string, settings: object) {
  const subject = subjectOf(id)
  const config = action.schema.parse({ ...NOWHERE, ...settings }) as never
  return {
    reach: () => action.reach(subject, config, context),
    run: () => action.run(subject, config, context),
    verify: (done: Done) => action.verify(subject, config, done, context),
    undo: (done: Done) => action.undo?.(done.undo ?? {}, context),
  }
}

/** Of `lingering`: the first process and its children. */
const names = (reach: { readonly processes: readonly string[] }): string[] => reach.processes.map((one) => one.replace(/^\d+ /, ''))
const lives = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** The same of every runtime that can pause. */
async function pausesAndResumes(id: string, settings: object, runtime: string): Promise<void> {
  const pause = driver(pauseContainer, id, settings)
  const before = await pause.reach()
  expect(names(before)).toEqual(['lingering', 'lingering', 'lingering'])
  expect(await pause.verify({ summary: '', detail: {}, undo: undefined })).toEqual({
    verified: false,
    summary: `${runtime} says that it is running`,
  })
  const done = await pause.run()
  expect(done.detail).toMatchObject({ runtime })
  expect(await pause.verify(done)).toEqual({
    verified: true,
    summary: `${runtime} says that it is paused, and the kernel that its 3 processes are frozen`,
  })
  expect(await pause.run()).toMatchObject({ summary: `${runtime} had paused it before`, undo: undefined })
  expect(await pause.undo(done)).toBe(`${runtime} lets it go on`)
  expect(await pause.verify(done)).toEqual({ verified: false, summary: `${runtime} says that it is running` })
  expect(await pause.undo(done)).toBe('somebody let it go on before')
  expect(before.pids.filter(lives)).toEqual(before.pids)
}

async function stops(id: string, settings: object): Promise<Done> {
  const stop = driver(stopContainer, id, settings)
  const { pids } = await stop.reach()
  expect(pids.length).toBeGreaterThan(0)
  const done = await stop.run()
  expect(await stop.verify(done)).toMatchObject({ verified: true, summary: expect.stringContaining('none of its processes lives') })
  expect(pids.filter(lives)).toEqual([])
  return done
}

/** Containers by runc, with state in a folder of their own. */
function createBundles() {
  const folder = mkdtempSync(join(tmpdir(), 'tarsier-runc-'))
  const rootfs = join(folder, 'rootfs')
  const state = join(folder, 'state')
  mkdirSync(join(rootfs, 'proc'), { recursive: true })
  const source = fileURLToPath(new URL('programs/lingering.c', import.meta.url))
  execFileSync('cc', ['-O1', '-static', '-o', join(rootfs, 'lingering'), source])
  const started: string[] = []

  async function start(id: string, args: readonly string[]): Promise<object> {
    const config = {
      ociVersion: '1.0.2',
      process: { terminal: false, user: { uid: 0, gid: 0 }, args: ['/lingering', ...args], env: ['PATH=/'], cwd: '/' },
      root: { path: 'rootfs', readonly: true },
      mounts: [{ destination: '/proc', type: 'proc', source: 'proc' }],
      linux: {
        cgroupsPath: `/tarsier-test-${process.pid}-${started.length}`,
        namespaces: [{ type: 'pid' }, { type: 'mount' }, { type: 'ipc' }],
      },
    }
    writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
    started.push(id)
    // A pipe would be the container's too, and end with it.
    const options = ['--root', state, 'run', '--detach', '--bundle', folder, '--', id]
    expect(spawnSync('runc', options, { stdio: 'ignore' }).status).toBe(0)
    await sleep(200)
    return { runcRoots: [state] }
  }

  function remove(): void {
    for (const id of started) {
      spawnSync('runc', ['--root', state, 'resume', '--', id])
      spawnSync('runc', ['--root', state, 'delete', '--force', '--', id])
    }
    rmSync(folder, { recursive: true, force: true })
  }
  return { start, remove }
}

let bundles: ReturnType<typeof createBundles>
beforeAll(() => {
  if (noRunc === undefined) bundles = createBundles()
})
afterAll(() => bundles?.remove())

describe('runc', () => {
  beforeEach(({ skip }) => {
    if (noRunc !== undefined) skip(noRunc)
  })

  test('pauses a container, and lets it go on', async () => {
    await pausesAndResumes('web', await bundles.start('web', ['2']), 'runc')
  })

  test('stops one that heeds SIGTERM, with children in sessions of their own', async () => {
    const done = await stops('mild', await bundles.start('mild', ['2']))
    expect(done.summary).toBe('runc stopped it')
  })

  test('kills one that does not heed SIGTERM, when its time is over', async () => {
    const settings = { ...(await bundles.start('stubborn', ['2', 'stubborn'])), graceMs: 300 }
    const begin = Date.now()
    const done = await stops('stubborn', settings)
    expect(done.summary).toBe('runc killed it')
    expect(Date.now() - begin).toBeGreaterThan(290)
  })

  test('stops a paused one without letting it act', async () => {
    const settings = await bundles.start('still', ['1', 'stubborn'])
    await driver(pauseContainer, 'still', settings).run()
    expect((await stops('still', settings)).summary).toBe('runc killed it; it was paused')
  })

  test('a name that looks like an option is a name', async () => {
    const settings = await bundles.start('--help', ['1'])
    expect(names(await driver(stopContainer, '--help', settings).reach())).toEqual(['lingering', 'lingering'])
    await stops('--help', settings)
  })

  test('what ended before cannot be paused, and is stopped', async () => {
    const settings = await bundles.start('gone', ['0'])
    await stops('gone', settings)
    await expect(driver(pauseContainer, 'gone', settings).run()).rejects.toThrow('the container gone has ended')
    const stop = driver(stopContainer, 'gone', settings)
    expect(await stop.verify(await stop.run())).toMatchObject({ verified: true })
  })
})

describe('containerd and its CRI', () => {
  let daemon: Containerd
  beforeAll(async () => {
    if (noContainerd === undefined) daemon = await startContainerd()
  })
  beforeEach(({ skip }) => {
    if (noContainerd !== undefined) skip(noContainerd)
  })
  afterAll(() => daemon?.end())

  test('containerd pauses a container in whichever namespace, and lets it go on', async () => {
    daemon.run('other', 'web', ['2'])
    await sleep(200)
    await pausesAndResumes('web', { containerdSocket: daemon.socket }, 'containerd')
  })

  test('containerd kills one that does not heed SIGTERM', async () => {
    daemon.run('default', 'stubborn', ['2', 'stubborn'])
    await sleep(200)
    const done = await stops('stubborn', { containerdSocket: daemon.socket, graceMs: 300 })
    expect(done.summary).toBe('containerd killed it')
  })

  test('different containers of one name: the process tells which is meant, without it neither is touched', async () => {
    daemon.run('default', 'twin', ['0'])
    const other = await bundles.start('twin', ['1'])
    await sleep(200)
    const settings = { ...other, containerdSocket: daemon.socket }
    await expect(driver(stopContainer, 'twin', settings).run()).rejects.toThrow('several containers are called twin (of containerd, runc)')
    const { pids } = await driver(stopContainer, 'twin', other).reach()
    const config = stopContainer.schema.parse({ ...NOWHERE, ...settings }) as never
    const [, pid = 0] = pids
    const process = { pid, startNs: readProcess('/proc', pid)?.startNs ?? 0, name: 'lingering', exePath: '' }
    expect((await stopContainer.reach({ ...subjectOf('twin'), process }, config, context)).pids).toEqual(pids)
    expect(pids.filter(lives)).toEqual(pids)
  })

  test('a container of a pod is stopped by CRI, found by its first twelve digits; pausing it is containerd’s', async () => {
    const id = await daemon.runInPod('shop', ['2', 'stubborn'])
    await sleep(200)
    const both = { containerdSocket: daemon.socket, criSockets: [daemon.socket] }
    await pausesAndResumes(id.slice(0, 12), both, 'containerd')
    const done = await stops(id.slice(0, 12), { ...both, graceMs: 1000 })
    expect(done.detail).toMatchObject({ runtime: 'cri', id })
  })
})
