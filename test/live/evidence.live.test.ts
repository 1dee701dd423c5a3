import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { EvidenceReport } from '../../src/findings/evidence.ts'
import { createLog } from '../../src/lib/log.ts'
import { cgroupsRoot } from '../../src/pipeline/responses/cgroups-root.ts'
import type { ActionContext } from '../../src/respond/action.ts'
import { captureEvidenceAction } from '../../src/respond/actions/capture-evidence.ts'
import { showBundle } from '../../src/respond/evidence/archive/export.ts'
import { hostKey, hostPublicKey } from '../../src/respond/evidence/archive/key.ts'
import { verifyBundle } from '../../src/respond/evidence/archive/verify.ts'
import { createBundle } from '../../src/respond/evidence/archive/write.ts'
import { type CaptureSettings, captureEvidence, type EvidenceTarget } from '../../src/respond/evidence/capture.ts'
import { signalByPid } from '../../src/respond/evidence/freeze.ts'
import { type EvidenceScope, evidenceTarget } from '../../src/respond/evidence/target.ts'
import { readProcess } from '../../src/respond/host/processes.ts'
import { ROOT } from '../tarsier.ts'
import { cannotContain } from './bundle.ts'

const PROGRAM = fileURLToPath(new URL('programs/evidence.c', import.meta.url))
const LINGERING = fileURLToPath(new URL('programs/lingering.c', import.meta.url))
const cannot = process.getuid?.() === 0 ? undefined : 'evidence of other processes needs root'

let state: string
let program: string
let sleeper: string
const endings: (() => Promise<void> | void)[] = []

beforeAll(() => {
  state = mkdtempSync(join(tmpdir(), 'tarsier-evidence-'))
  program = join(state, 'program')
  execFileSync('cc', ['-O1', '-o', program, PROGRAM], { stdio: ['ignore', 'ignore', 'inherit'] })
  sleeper = execFileSync('sh', ['-c', 'command -v sleep'], { encoding: 'utf8' }).trim()
})
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end()
})
afterAll(() => rmSync(state, { recursive: true, force: true }))

/** Resolves when it says that it is ready. It is ended after the test. */
async function start(path: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<number> {
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...env } })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  endings.push(() => {
    child.kill('SIGKILL')
    return gone
  })
  if (!args.includes('1000')) await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()))
  if (child.pid === undefined) throw new Error(`${path} did not start`)
  return child.pid
}

function targetOf(pid: number, scope: EvidenceScope = 'process'): EvidenceTarget {
  const found = readProcess('/proc', pid)
  if (found === undefined) throw new Error(`process ${pid} is gone`)
  return evidenceTarget({ process: { ...found, exePath: '' }, container: undefined }, scope, { proc: '/proc' })
}

type More = Partial<CaptureSettings> & { readonly onSection?: (name: string) => void }

function capture(target: EvidenceTarget, { onSection, ...more }: More = {}): Promise<EvidenceReport> {
  return captureEvidence(
    target,
    {
      ...{ freezeMs: undefined, leaveFrozen: false, memory: [], maxBytes: 2 ** 30, timeoutMs: 50_000, given: [], packetsMs: 0 },
      ...more,
    },
    {
      ...{ proc: '/proc', cgroups: cgroupsRoot(), state, folder: join(state, 'evidence'), version: 'test' },
      ...{ nowNs: () => Date.now() * 1e6, signalProcess: signalByPid('/proc'), signal: new AbortController().signal },
      onProgress: ({ section, bytes }) => (bytes === 0 ? onSection?.(section) : undefined),
    },
  )
}

/** The files of a section of a bundle that is verified. */
async function filesOf({ path }: EvidenceReport, section: string): Promise<ReadonlyMap<string, Buffer>> {
  const keys = { given: hostPublicKey(state), host: undefined }
  const { verification, files } = await showBundle(path, section, { keys, maxBytes: 64 * 2 ** 20 })
  expect([verification.problem, verification.valid]).toEqual([undefined, true])
  return new Map(files.map(({ name, content }) => [name.slice(section.length + 1), Buffer.from(content)]))
}

async function jsonOf(report: EvidenceReport, name: string): Promise<never> {
  const [section = '', ...rest] = name.split('/')
  return JSON.parse(String((await filesOf(report, section)).get(rest.join('/')))) as never
}

const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const stateOf = (pid: number): string | undefined => readProcess('/proc', pid)?.state

test('a program that is only in memory is in it, byte for byte', async ({ skip }) => {
  if (cannot) skip(cannot)
  const pid = await start(program, ['memfd', sleeper])
  while (readProcess('/proc', pid)?.name === 'program') await sleep(5)
  const report = await capture(targetOf(pid))
  const [one] = (await jsonOf(report, 'executable/programs.json')) as { file: string; path: string; pids: number[] }[]
  expect(one).toMatchObject({ path: '/memfd:hidden (deleted)', pids: [pid] })
  expect(sha((await filesOf(report, 'executable')).get(one?.file ?? '') ?? Buffer.alloc(0))).toBe(sha(readFileSync(sleeper)))
})

test('a program that is deleted is in it, byte for byte', async ({ skip }) => {
  if (cannot) skip(cannot)
  const copy = join(state, 'copy')
  copyFileSync(sleeper, copy)
  const pid = await start(copy, ['1000'])
  while (readProcess('/proc', pid)?.name !== 'copy') await sleep(5)
  rmSync(copy)
  const report = await capture(targetOf(pid))
  const [one] = (await jsonOf(report, 'executable/programs.json')) as { file: string; path: string }[]
  expect(one?.path).toBe(`${copy} (deleted)`)
  expect(sha((await filesOf(report, 'executable')).get(one?.file ?? '') ?? Buffer.alloc(0))).toBe(sha(readFileSync(sleeper)))
})

test('memory that can be run is in it, and the heap only where it was asked for', async ({ skip }) => {
  if (cannot) skip(cannot)
  const pid = await start(program, ['code'])
  const plain = await capture(targetOf(pid))
  const regions = (await jsonOf(plain, `memory/${pid}.json`)) as { kind: string; file: string; unreadablePages: number }[]
  expect(regions.map(({ kind, unreadablePages }) => [kind, unreadablePages])).toEqual([['executable-anonymous', 0]])
  const kept = (await filesOf(plain, 'memory')).get(regions[0]?.file.replace(/^memory\//, '') ?? '')
  expect(kept?.toString('latin1', 0, 23)).toBe('tarsier-marks-this-page')
  const more = (await jsonOf(await capture(targetOf(pid), { memory: ['heap', 'stack'] }), `memory/${pid}.json`)) as { kind: string }[]
  expect(more.map(({ kind }) => kind).toSorted()).toEqual(['executable-anonymous', 'heap', 'stack'])
})

test('secrets are masked before they are written, and that is told', async ({ skip }) => {
  if (cannot) skip(cannot)
  const pid = await start(sleeper, ['1000'], { DB_PASSWORD: 'hunter2-hunter2', NOTE: 'AKIAIOSFODNN7EXAMPLE', PLAIN: 'seen' })
  while (readProcess('/proc', pid)?.name !== 'sleep') await sleep(5)
  const report = await capture(targetOf(pid))
  const { variables } = (await jsonOf(report, `environment/${pid}.json`)) as { variables: string[] }
  expect(variables.toSorted()).toEqual(['DB_PASSWORD=[masked name:password]', 'NOTE=[masked aws-access-key]', 'PLAIN=seen'])
  expect(report.manifest.redactions.map(({ rule }) => rule)).toEqual(['name:password', 'aws-access-key'])
  for (const { name } of report.manifest.sections)
    for (const [file, content] of await filesOf(report, name)) expect([file, content.includes('hunter2-hunter2')]).toEqual([file, false])
})

test('the sockets of a process have their addresses', async ({ skip }) => {
  if (cannot) skip(cannot)
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  endings.push(() => new Promise<void>((resolve) => void server.close(() => resolve())))
  const { port } = server.address() as { port: number }
  const report = await capture(targetOf(process.pid), { maxBytes: 64 * 2 ** 20 })
  const { descriptors } = (await jsonOf(report, `open-files/${process.pid}.json`)) as {
    descriptors: { socket?: { local?: string; state?: string } }[]
  }
  expect(descriptors.filter(({ socket }) => socket?.local === `127.0.0.1:${port}`).map(({ socket }) => socket?.state)).toEqual(['LISTEN'])
})

test('a tree stands still while it is read, and goes on', async ({ skip }) => {
  if (cannot) skip(cannot)
  const lingering = join(state, 'lingering')
  execFileSync('cc', ['-O1', '-static', '-o', lingering, LINGERING])
  const pid = await start(lingering, ['3'])
  const target = targetOf(pid, 'tree')
  while (target.members().length < 4) await sleep(5)
  const pids = target.members().map((one) => one.pid)
  endings.push(() => {
    for (const one of pids) if (one !== pid && readProcess('/proc', one)?.name === 'lingering') process.kill(one, 'SIGKILL')
  })
  const seen = new Set<string | undefined>()
  const report = await capture(target, { freezeMs: 20_000, onSection: () => pids.map(stateOf).forEach((one) => void seen.add(one)) })
  expect([...seen]).toEqual(['T'])
  expect(pids.map(stateOf)).toEqual(['S', 'S', 'S', 'S'])
  expect(report.manifest).toMatchObject({ freeze: { by: 'signals', processes: 4, end: 'thawed' }, target: { processes: 4 } })
})

test('what stood still before is not let go, and what is to stay frozen stays', async ({ skip }) => {
  if (cannot) skip(cannot)
  const pid = await start(program, ['code'])
  process.kill(pid, 'SIGSTOP')
  while (stateOf(pid) !== 'T') await sleep(2)
  await capture(targetOf(pid), { freezeMs: 20_000 })
  expect(stateOf(pid)).toBe('T')
  process.kill(pid, 'SIGCONT')
  while (stateOf(pid) !== 'S') await sleep(2)
  const report = await capture(targetOf(pid), { freezeMs: 20_000, leaveFrozen: true })
  expect([stateOf(pid), report.manifest.freeze.end]).toEqual(['T', 'left'])
})

test('a freeze that takes too long ends, and that is told', async ({ skip }) => {
  if (cannot) skip(cannot)
  const pid = await start(program, ['code'])
  const seen: (string | undefined)[] = []
  const report = await capture(targetOf(pid), { freezeMs: 25, onSection: () => seen.push(stateOf(pid)) })
  expect([seen.at(-1), stateOf(pid), report.manifest.freeze.end]).toEqual(['S', 'S', 'deadline'])
})

test('a control group of its own is frozen as one', async ({ skip }) => {
  if (cannot) skip(cannot)
  const folder = join(cgroupsRoot(), `tarsier-test-${process.pid}`)
  try {
    mkdirSync(folder)
  } catch (error) {
    skip(`no cgroup can be made: ${(error as Error).message}`)
  }
  endings.push(async () => {
    while (readFileSync(join(folder, 'cgroup.procs'), 'utf8') !== '') await sleep(5)
    rmdirSync(folder)
  })
  const pid = await start(program, ['code'])
  writeFileSync(join(folder, 'cgroup.procs'), String(pid))
  const seen = new Set<string>()
  const frozen = (): string => /^frozen \d/m.exec(readFileSync(join(folder, 'cgroup.events'), 'utf8'))?.[0] ?? ''
  const report = await capture(targetOf(pid), { freezeMs: 20_000, onSection: () => seen.add(frozen()) })
  expect([[...seen], frozen(), stateOf(pid)]).toEqual([['frozen 1'], 'frozen 0', 'S'])
  expect(report.manifest.freeze).toMatchObject({ by: 'cgroup', processes: 1, end: 'thawed' })
})

test('of a process that ends midway there is what was read before, sealed', async ({ skip }) => {
  if (cannot) skip(cannot)
  const pid = await start(program, ['code'])
  const report = await capture(targetOf(pid), {
    freezeMs: 20_000,
    onSection: (name) => {
      if (name !== 'environment') return
      process.kill(pid, 'SIGKILL')
      // The kernel takes its memory away before anybody waits for it.
      while (existsSync(`/proc/${pid}/exe`) && stateOf(pid) !== 'Z');
    },
  })
  const states = Object.fromEntries(report.manifest.sections.map(({ name, state: one }) => [name, one]))
  expect(states).toMatchObject({
    'process-tree': 'whole',
    'memory-maps': 'whole',
    'open-files': 'whole',
    executable: 'partial',
    memory: 'partial',
  })
  const reasons = report.manifest.sections.find(({ name }) => name === 'executable')?.problems.map(({ about }) => about)
  expect(reasons).toContain(`process ${pid}`)
  expect((await filesOf(report, 'memory-maps')).get(`${pid}/maps`)?.length).toBeGreaterThan(100)
})

test('one that has ended before is told, and nothing is written', async ({ skip }) => {
  if (cannot) skip(cannot)
  const target: EvidenceTarget = { ...{ kind: 'process', words: 'process 4', label: '4', pid: 4, container: undefined }, members: () => [] }
  await expect(capture(target)).rejects.toMatchObject({ code: 'EVIDENCE_TARGET' })
})

test('ten thousand descriptors and an environment of a megabyte and a half stay within their bounds', async ({ skip }) => {
  if (cannot) skip(cannot)
  const long = Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`LONG_${index}`, 'x'.repeat(100_000)]))
  const pid = await start(program, ['fds', '10000'], long)
  const report = await capture(targetOf(pid))
  const files = (await jsonOf(report, `open-files/${pid}.json`)) as { whole: boolean; descriptors: unknown[] }
  expect([files.whole, files.descriptors.length]).toEqual([true, readdirSync(`/proc/${pid}/fd`).length])
  expect(files.descriptors.length).toBeGreaterThan(10_000)
  const environment = await filesOf(report, 'environment')
  const { whole } = JSON.parse(String(environment.get(`${pid}.json`))) as { whole: boolean }
  expect([whole, (environment.get(`${pid}.json`)?.length ?? 0) < 1.2 * 2 ** 20]).toEqual([false, true])
})

test('what is larger than there is room for is cut, and the lists that say so are not', async ({ skip }) => {
  if (cannot) skip(cannot)
  const report = await capture(targetOf(process.pid), { maxBytes: 4 * 2 ** 20 })
  const { entries, cuts } = report.manifest
  expect(entries.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(4 * 2 ** 20)
  expect(cuts[0]?.entry).toMatch(/^executable\/.*\.bin$/)
  const programs = (await jsonOf(report, 'executable/programs.json')) as unknown[]
  expect(programs).toHaveLength(1)
})

test('a container is evidence as a whole, with what was changed and removed in its file system', async ({ skip }) => {
  if (cannot) skip(cannot)
  const why = cannotContain()
  if (why) skip(why)
  const { id, merged } = startOverlay()
  const target = (): EvidenceTarget =>
    evidenceTarget({ process: undefined, container: { id, name: undefined, image: undefined, pod: undefined } }, 'container', {
      proc: '/proc',
    })
  await ready(target)
  writeFileSync(join(merged, 'etc/changed'), 'by an intruder')
  rmSync(join(merged, 'etc/removed'))
  const report = await capture(target(), { freezeMs: 20_000 })
  expect(report.manifest.target).toMatchObject({ kind: 'container', container: id, processes: 3 })
  const { files } = (await jsonOf(report, 'changed-files/files.json')) as { files: { path: string; kind?: string; file?: string }[] }
  const changed = files.find(({ path }) => path === '/etc/changed')
  expect(String((await filesOf(report, 'changed-files')).get(changed?.file?.replace(/^changed-files\//, '') ?? ''))).toBe('by an intruder')
  expect(files.find(({ path }) => path === '/etc/removed')?.kind).toBe('removed')
  expect(files.some(({ path }) => path === '/etc/kept')).toBe(false)
})

async function ready(target: () => EvidenceTarget): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    try {
      if (target().members().length === 3) return
    } catch {
      // It has not begun yet.
    }
    await sleep(25)
  }
  throw new Error('the container did not start')
}

/** lingering with two children, on an overlay whose upper layer is on a tmpfs. */
function startOverlay(): { readonly id: string; readonly merged: string } {
  const folder = mkdtempSync(join(tmpdir(), 'tarsier-overlay-'))
  execFileSync('mount', ['-t', 'tmpfs', 'tarsier-test', folder])
  const id = folder.slice(folder.lastIndexOf('/') + 1)
  const [lower = '', upper, work, merged = ''] = ['lower', 'upper', 'work', 'merged'].map((name) => join(folder, name))
  for (const place of ['lower/proc', 'lower/dev', 'lower/etc', 'upper', 'work', 'merged'])
    mkdirSync(join(folder, place), { recursive: true })
  for (const name of ['kept', 'removed']) writeFileSync(join(lower, 'etc', name), name)
  execFileSync('cc', ['-O1', '-static', '-o', join(lower, 'lingering'), LINGERING])
  execFileSync('mount', ['-t', 'overlay', 'tarsier-test', '-o', `lowerdir=${lower},upperdir=${upper},workdir=${work}`, merged])
  writeFileSync(join(folder, 'config.json'), JSON.stringify(CONFIG))
  const runc = ['--root', join(folder, 'state')]
  const child = spawn('runc', [...runc, 'run', '--bundle', folder, id], { stdio: 'ignore' })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  endings.push(async () => {
    spawnSync('runc', [...runc, 'delete', '--force', id])
    await gone
    execFileSync('umount', [merged])
    execFileSync('umount', [folder])
    rmdirSync(folder)
  })
  return { id, merged }
}

const CONFIG = {
  ociVersion: '1.0.2',
  process: { terminal: false, user: { uid: 0, gid: 0 }, args: ['/lingering', '2'], env: ['PATH=/'], cwd: '/', noNewPrivileges: true },
  root: { path: 'merged', readonly: false },
  mounts: [{ destination: '/proc', type: 'proc', source: 'proc' }],
  linux: { namespaces: [{ type: 'pid' }, { type: 'mount' }, { type: 'uts' }, { type: 'ipc' }] },
}

test('a disk that is full meanwhile is told, and leaves nothing', async ({ skip }) => {
  if (cannot) skip(cannot)
  const folder = mkdtempSync(join(tmpdir(), 'tarsier-full-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tarsier-test', folder])
  endings.push(() => {
    execFileSync('umount', [folder])
    rmdirSync(folder)
  })
  const bundle = await createBundle({ folder, id: 'full', key: hostKey(state), nowNs: () => Date.now() * 1e6 })
  async function* noise(): AsyncIterable<Uint8Array> {
    for (let index = 0; index < 64; index++) yield randomBytes(2 ** 18)
  }
  await expect(bundle.stream('s', 's/noise', 2 ** 24, noise())).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' })
  await bundle.abandon()
  expect(readdirSync(folder)).toEqual([])
})

test('the commands capture, verify, show and unpack; what was changed has an exit code of its own', async ({ skip }) => {
  if (cannot) skip(cannot)
  const pid = await start(program, ['code'])
  const captured = tarsier('evidence', 'capture', '--pid', String(pid), '--freeze', '--state', state, '--json')
  const { path, manifest } = JSON.parse(captured.stdout) as EvidenceReport
  expect([captured.status, manifest.freeze.by, stateOf(pid)]).toEqual([0, 'signals', 'S'])
  const key = join(state, 'keys/evidence.pub')
  expect(tarsier('evidence', 'verify', path, '--key', key)).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('the one that was given'),
  })
  expect(tarsier('evidence', 'show', path, 'memory-maps', '--state', state).stdout).toContain('[stack]')
  expect(tarsier('evidence', 'show', path, 'nothing', '--state', state)).toMatchObject({
    status: 4,
    stderr: expect.stringContaining('process-tree'),
  })
  const to = join(state, 'unpacked')
  expect(tarsier('evidence', 'export', path, '--to', to, '--state', state).status).toBe(0)
  expect(readdirSync(to)).toContain('manifest.json')
  writeFileSync(path, 'x', { flag: 'a' })
  expect(tarsier('evidence', 'verify', path)).toMatchObject({ status: 1, stdout: expect.stringContaining('1 bytes follow its end') })
  expect(tarsier('evidence', 'export', path, '--to', join(state, 'not'), '--state', state).status).toBe(4)
  expect(existsSync(join(state, 'not'))).toBe(false)
  expect(tarsier('evidence', 'capture').status).toBe(2)
})

test('an interrupt seals what there is, and the target goes on', async ({ skip }) => {
  if (cannot) skip(cannot)
  const pid = await start(program, ['code'])
  const child = spawn(`${ROOT}tarsier`, [
    'evidence',
    'capture',
    '--pid',
    String(pid),
    '--freeze',
    '--packets',
    '60s',
    '--state',
    state,
    '--json',
  ])
  let said = ''
  child.stdout.on('data', (text: Buffer) => (said += text.toString()))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  while (!takesPackets(child.pid ?? 0)) await sleep(20)
  child.kill('SIGINT')
  expect(await ended).toBe(0)
  const { path, manifest } = JSON.parse(said) as EvidenceReport
  expect([manifest.interrupted, stateOf(pid), (await verifyBundle(path, { given: undefined, host: undefined })).valid]).toEqual([
    true,
    'S',
    true,
  ])
})

/** It holds a packet socket. */
function takesPackets(pid: number): boolean {
  const inodes = readFileSync('/proc/net/packet', 'utf8')
    .split('\n')
    .map((line) => `socket:[${line.trim().split(/ +/).at(-1)}]`)
  return readdirSync(`/proc/${pid}/fd`).some((fd) => {
    try {
      return inodes.includes(readlinkSync(`/proc/${pid}/fd/${fd}`))
    } catch {
      return false // Closed meanwhile.
    }
  })
}

const tarsier = (...args: readonly string[]) => spawnSync(`${ROOT}tarsier`, args, { encoding: 'utf8', timeout: 30_000 })

test('the action captures, tells where, and reads again what is on the disk', async ({ skip }) => {
  if (cannot) skip(cannot)
  const pid = await start(program, ['code'])
  const found = readProcess('/proc', pid)
  const log = createLog({ write: () => undefined, format: 'text', level: 'info', colour: false, nowNs: () => 0 })
  const context: ActionContext = {
    native: {
      ...{ signalProcess: signalByPid('/proc'), heldSockets: () => [], restrictNetwork: () => 0, releaseNetwork: () => 0 },
      ...{ networkState: () => undefined, isRestricted: () => false, tryConnect: () => 0 },
    },
    ...{ proc: '/proc', cgroups: cgroupsRoot(), state, nowNs: () => Date.now() * 1e6, log, signal: new AbortController().signal },
    evidence: {
      version: '9',
      given: () => [{ name: 'events', kind: 'ndjson', content: [{ kind: 'process.exec' }, { kind: 'file.open' }] }],
    },
  }
  const subject = {
    ...{ hostname: 'h', findingId: undefined, container: undefined, file: undefined, address: undefined },
    process: { pid, startNs: found?.startNs ?? 0, name: 'program', exePath: '' },
  }
  const config = captureEvidenceAction.schema.parse({}) as never
  expect(await captureEvidenceAction.reach(subject, config, context)).toMatchObject({ pids: [pid], processCount: 1 })
  const done = await captureEvidenceAction.run(subject, config, context)
  const path = String(done.detail.path)
  expect(sha(readFileSync(path))).toBe(done.detail.sha256)
  expect(await captureEvidenceAction.verify(subject, config, done, context)).toMatchObject({ verified: true })
  const keys = { given: undefined, host: undefined }
  expect(String((await showBundle(path, 'given', { keys, maxBytes: 1000 })).files[0]?.content)).toContain('process.exec')
  writeFileSync(path, 'x', { flag: 'a' })
  expect(await captureEvidenceAction.verify(subject, config, done, context)).toMatchObject({ verified: false })
  expect((await verifyBundle(path, keys)).valid).toBe(false)
})
