/** Blocked files on a real kernel: nobody opens or runs them, by any name and as any copy, until they are let go. By content on a tmpfs of its own alone. */
import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { hostname as hostName, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ActionRecord } from '../../src/findings/action-record.ts'
import { type RunningTarsier, until } from '../tarsier.ts'
import { cannotObserve } from './observe.ts'
import { helpers } from './prevent-helpers.ts'
import { action, type Responding, startResponding } from './responding.ts'

const HELPER = fileURLToPath(new URL('../../build/tarsier-prevent', import.meta.url))
/** A busy machine is slow, but an open that waits for somebody who does not answer takes for ever. */
const AT_ONCE_MS = 2000
const DENIED = 'Tarsier denied a blocked file'
/** Some tenth of a second. */
const SLOW_BYTES = 32 << 20
const LARGE_BYTES = (64 << 20) + 1

const reason = cannotObserve() ?? (existsSync(HELPER) ? undefined : 'build/tarsier-prevent is not built: npm run setup')
const folder = mkdtempSync(join(tmpdir(), 'tarsier-blocked-'))
const mount = join(folder, 'mount')
/** A place for one that is mounted when a file is blocked already. */
const laterMount = join(folder, 'later')
const running: RunningTarsier[] = []

beforeAll(() => {
  for (const place of [mount, laterMount]) mkdirSync(place)
  if (reason === undefined) execFileSync('mount', ['-t', 'tmpfs', 'none', mount])
})
beforeEach(({ skip }) => {
  if (reason !== undefined) skip(reason)
  writeRules('never')
})
afterEach(async () => {
  const ours = running.flatMap(({ child }) => helpers(child.pid as number))
  for (const one of running.splice(0)) await one.stop('SIGTERM')
  for (const pid of ours)
    await until(
      () => !existsSync(`/proc/${pid}`),
      5000,
      () => `the helper ${pid} is still there`,
    )
  rmSync(join(folder, 'state/respond/standing.json'), { force: true })
  for (const name of readdirSync(mount)) rmSync(join(mount, name), { recursive: true })
})
afterAll(() => {
  if (reason === undefined) execFileSync('umount', [mount])
  for (const place of [mount, laterMount]) rmdirSync(place)
  rmSync(folder, { recursive: true })
})

function writeRules(name: string): void {
  const condition = `evt.type = openat and fd.name = ${mount}/${name}`
  writeFileSync(join(folder, 'rule.yaml'), JSON.stringify([{ rule: name, desc: 'A test.', condition, output: 'o', priority: 'NOTICE' }]))
}

const start = (...args: string[]): Promise<Responding> =>
  startResponding(
    { folder, responses: [], args: ['--prevent-on', mount, '--prevent-on', laterMount, ...args] },
    (agent) => void running.push(agent),
  )

/** Asks for it, and waits until it has come so far. */
async function block({ ask, ...more }: Responding, path: string, phase: ActionRecord['phase'] = 'verified'): Promise<ActionRecord> {
  const subject = { hostname: hostName(), file: path }
  const { id } = await ask<ActionRecord>('/actions', { action: 'block-file', mode: 'act', subject })
  return action({ ask, ...more }, (one) => one.id === id && one.phase === phase)
}

async function undo(responding: Responding, { id }: ActionRecord): Promise<ActionRecord> {
  await responding.ask(`/actions/${id}/answer`, { answer: 'undo' })
  return action(responding, (one) => one.id === id && one.phase === 'rolled-back')
}

/** A program that no other host has: it makes the file that it is given. */
function program(name: string, tail: Buffer): string {
  const path = join(mount, name)
  writeFileSync(path, Buffer.concat([readFileSync('/usr/bin/touch'), tail]))
  chmodSync(path, 0o755)
  return path
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException | undefined)?.code ?? 'done'
const ran = (path: string): string => codeOf(spawnSync(path, [join(mount, 'made')], { timeout: 10_000, killSignal: 'SIGKILL' }).error)

function opened(path: string): string {
  try {
    closeSync(openSync(path, 'r'))
    return 'done'
  } catch (error) {
    return codeOf(error)
  }
}

/** By a hard link in a folder that no path leads to: the kernel tells none that is longer than a page. */
function ranDeep(path: string): string {
  const script = `
    const fs = require('node:fs')
    for (let depth = 0; depth < 20; depth++) process.chdir((fs.mkdirSync('d'.repeat(250)), 'd'.repeat(250)))
    fs.linkSync(process.argv[1], 'deep')
    console.log(require('node:child_process').spawnSync('./deep', ['made']).error?.code ?? 'done')`
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script, path], { cwd: mount, encoding: 'utf8', timeout: 10_000 })
  return stdout.trim() || stderr
}

/** A file system that has just come is watched, too. */
async function isDeniedOnLaterMount(tail: Buffer): Promise<void> {
  const copy = join(laterMount, 'copy')
  execFileSync('mount', ['-t', 'tmpfs', 'none', laterMount])
  try {
    writeFileSync(copy, Buffer.concat([readFileSync('/usr/bin/touch'), tail]))
    await until(
      () => opened(copy) === 'EPERM',
      5000,
      () => 'the new mount is not watched',
    )
  } finally {
    execFileSync('umount', [laterMount])
  }
}

const stepOf = ({ steps }: ActionRecord, phase: string): string => steps.find((step) => step.phase === phase)?.detail ?? ''

test('a blocked file is denied by every name, its copies too, from before and after; look-alikes are not; and all are let go again', {
  timeout: 60_000,
}, async () => {
  const tail = randomBytes(16)
  const [evil, copy, alike] = [program('evil', tail), program('copy', tail), program('alike', randomBytes(16))]
  const link = join(mount, 'link')
  linkSync(evil, link)
  const responding = await start()
  const { agent } = responding
  expect(helpers(agent.child.pid as number)).toEqual([])

  const record = await block(responding, evil)
  expect(record.detail).toMatchObject({ byInode: true, byContent: true, bytes: readFileSync(alike).length })
  expect(stepOf(record, 'executed')).toContain('by inode, and on 1 file system')
  const later = program('later', tail)
  for (const path of [evil, link, copy, later]) expect([path, ran(path), opened(path)]).toEqual([path, 'EPERM', 'EPERM'])
  expect(existsSync(join(mount, 'made'))).toBe(false)
  expect([ran(alike), opened(alike)]).toEqual(['done', 'done'])

  const denied = await agent.finding(
    ({ rule, output }) => rule === DENIED && output.includes('wanted to run') && output.includes(`${copy},`),
  )
  expect(denied.output).toContain(`the content of ${evil}`)
  expect(denied.lineage.map(({ exe_path }) => exe_path)).toContain(process.execPath)
  await action(responding, ({ action: name, target }) => name === 'prevent-exec' && target.includes(link))

  expect(ranDeep(evil)).toBe('EPERM')
  await isDeniedOnLaterMount(tail)

  // What was allowed is asked about again when it has been written to.
  writeFileSync(alike, Buffer.concat([readFileSync('/usr/bin/touch'), tail]))
  expect(opened(alike)).toBe('EPERM')

  writeRules('others')
  agent.child.kill('SIGHUP')
  await agent.finding(({ rule }) => rule === 'Tarsier loaded new rules')
  for (const path of [evil, copy]) expect([path, ran(path)]).toEqual([path, 'EPERM'])

  await undo(responding, record)
  for (const path of [evil, link, copy, later, alike]) expect([path, ran(path), opened(path)]).toEqual([path, 'done', 'done'])
})

test('nobody waits for a stopped agent or a helper that is killed, and the next helper blocks it again', { timeout: 60_000 }, async () => {
  const tail = randomBytes(16)
  const [evil, copy] = [program('evil', tail), program('copy', tail)]
  const responding = await start()
  const { agent } = responding
  await block(responding, evil)

  agent.child.kill('SIGSTOP')
  const begun = performance.now()
  expect([ran(evil), ran(copy), ran(program('other', randomBytes(16)))]).toEqual(['EPERM', 'EPERM', 'done'])
  expect(performance.now() - begun).toBeLessThan(AT_ONCE_MS)
  agent.child.kill('SIGCONT')

  const [helper] = helpers(agent.child.pid as number)
  process.kill(helper as number, 'SIGKILL')
  await until(() => ran(evil) === 'done', AT_ONCE_MS, agent.stderr)
  await until(() => ran(evil) === 'EPERM' && ran(copy) === 'EPERM', 10_000, agent.stderr)

  const [next] = helpers(agent.child.pid as number)
  process.kill(next as number, 'SIGSTOP')
  const stopped = performance.now()
  expect(ran(evil)).toBe('done')
  expect(performance.now() - stopped).toBeLessThan(AT_ONCE_MS)
})

test('what a killed agent blocked is let go with it, and blocked again by the next, unless another file has come into its place', {
  timeout: 60_000,
}, async () => {
  const [evil, other] = [program('evil', randomBytes(16)), program('other', randomBytes(16))]
  const first = await start()
  const [record, lost] = [await block(first, evil), await block(first, other)]
  expect([ran(evil), ran(other)]).toEqual(['EPERM', 'EPERM'])
  await first.agent.stop('SIGKILL')
  running.splice(0)
  await until(() => ran(evil) === 'done', AT_ONCE_MS, first.agent.stderr)
  rmSync(other)
  program('other', randomBytes(16))

  const next = await start()
  await until(() => ran(evil) === 'EPERM', 10_000, next.agent.stderr)
  await action(next, ({ id, steps }) => id === record.id && steps.some(({ detail }) => detail.startsWith('again, since')))
  const failed = await action(next, ({ id, phase }) => id === lost.id && phase === 'failed')
  expect(stepOf(failed, 'failed')).toContain('another file has come into its place')
  expect(ran(other)).toBe('done')
  await undo(next, record)
  expect(ran(evil)).toBe('done')
})

test('by inode alone: what is large or empty, or a copy of a program of the system; and who waits too long for a digest is let through once', {
  timeout: 60_000,
}, async () => {
  const [large, empty, common] = ['large', 'empty', 'common'].map((name) => join(mount, name)) as [string, string, string]
  execFileSync('truncate', ['-s', String(LARGE_BYTES), large])
  writeFileSync(empty, '')
  copyFileSync('/usr/bin/true', common)
  for (const path of [large, empty, common]) copyFileSync(path, `${path}-copy`)
  const [slow, copy] = [join(mount, 'slow'), join(mount, 'copy')]
  writeFileSync(slow, randomBytes(SLOW_BYTES))
  copyFileSync(slow, copy)
  const responding = await start('--prevent-deadline', '1ms')
  const why = [
    [large, 'larger than 64 MiB'],
    [empty, 'it is empty'],
    [common, '/true has the same content'],
  ] as const
  for (const [path, words] of why) {
    const record = await block(responding, path)
    expect(stepOf(record, 'executed')).toContain(words)
    expect(record.detail).toMatchObject({ byInode: true, byContent: false, sha256: null })
    expect([path, opened(path), opened(`${path}-copy`)]).toEqual([path, 'EPERM', 'done'])
  }
  await block(responding, slow)
  expect(opened(copy)).toBe('done')
  await until(() => opened(copy) === 'EPERM', 10_000, responding.agent.stderr)
  // By what was read before: nobody waits any more.
  expect([1, 2, 3].map(() => opened(copy))).toEqual(['EPERM', 'EPERM', 'EPERM'])
})

test('where prevention is off the action fails, and says why', { timeout: 60_000 }, async () => {
  const evil = program('evil', randomBytes(16))
  const responding = await start('--prevent', 'off')
  const record = await block(responding, evil, 'failed')
  expect(stepOf(record, 'failed')).toContain('prevention is off')
  expect([ran(evil), helpers(responding.agent.child.pid as number)]).toEqual(['done', []])
})
