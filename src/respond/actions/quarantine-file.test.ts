import { existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLog } from '../../lib/log.ts'
import type { ActionContext, UndoState } from '../action.ts'
import type { ActionSubject } from '../subject.ts'
import { blockFile } from './block-file.ts'
import { quarantineFile } from './quarantine-file.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tarsier-quarantine-'))
  file = join(folder, 'payload')
  writeFileSync(file, 'evil')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const denied: unknown[] = []
const context = (): ActionContext => ({
  native: {
    ...{ signalProcess: () => 0, heldSockets: () => [], restrictNetwork: () => 0, releaseNetwork: () => 0 },
    ...{ networkState: () => undefined, isRestricted: () => false, tryConnect: () => 0 },
    denyFile: async (one) => ({ errno: 0 * denied.push(one), before: false, byInode: true, byContent: true, watched: 1, refused: 0 }),
  },
  ...{ proc: '/proc', cgroups: '/sys/fs/cgroup', state: join(folder, 'state'), nowNs: () => 1e18, signal: AbortSignal.timeout(10_000) },
  log: createLog({ write: () => undefined, format: 'text', level: 'info', colour: false, nowNs: () => 0 }),
})

/** Of a process that has ended: it may have been in a mount namespace of its own, or in a root of its own. */
const ofTheDead = (more: Partial<ActionSubject>): ActionSubject => ({
  ...{ hostname: 'h', findingId: 'f1', container: undefined, address: undefined, file },
  process: { pid: 4_194_000, startNs: 5, name: 'gone', exePath: '' },
  ...more,
})

const idOf = (path: string) => {
  const { dev, ino } = statSync(path)
  return { dev, ino }
}

const take = (subject: ActionSubject) => quarantineFile.run(subject, { maxMiB: 1 } as never, context())
const block = (subject: ActionSubject) => blockFile.run(subject, { copies: true } as never, context())

test.each([
  ['nothing tells whose file it was', {}, /nothing tells whether/],
  ['it was another file', { fileId: { dev: 1, ino: 1 } }, /is not the one that it was about/],
])('a file of the host is spared where its process has ended and %s', async (_, more, reason) => {
  await expect(take(ofTheDead(more))).rejects.toThrow(reason)
  await expect(block(ofTheDead(more))).rejects.toThrow(reason)
  expect([readFileSync(file, 'utf8'), denied]).toEqual(['evil', []])
})

test('the very file is taken though its process has ended, and comes back', async () => {
  const subject = ofTheDead({ fileId: idOf(file) })
  const done = await take(subject)
  expect([existsSync(file), done.detail.bytes]).toEqual([false, 4])
  expect(await quarantineFile.verify(subject, {} as never, done, context())).toMatchObject({ verified: true })
  await quarantineFile.undo?.(done.undo ?? {}, context())
  expect(readFileSync(file, 'utf8')).toBe('evil')
})

test('an agent that is killed in the midst of it leaves nothing behind, and nothing lost', async () => {
  const sealed = join(folder, 'state/quarantine')
  const undo = (state: UndoState) => quarantineFile.undo?.(state, context())
  const left = () => [readFileSync(file, 'utf8'), existsSync(sealed) ? readdirSync(sealed) : []]
  let noted: UndoState = {}
  const note = (state: UndoState) => {
    noted = state
  }
  const takeAway = () => quarantineFile.run(ofTheDead({ fileId: idOf(file) }), { maxMiB: 1 } as never, { ...context(), note })
  const done = await takeAway()
  const copy = join(sealed, String(done.detail.quarantine))
  expect(await undo(noted), 'after it had taken it away').toContain('is where it was')
  expect(left()).toEqual(['evil', []])

  mkdirSync(copy)
  writeFileSync(join(copy, 'sealed'), 'half')
  expect(await undo(noted), 'while it was sealing').toBe('it had not been taken away')
  expect(left()).toEqual(['evil', []])

  const again = join(folder, 'again')
  linkSync(file, again)
  await takeAway()
  linkSync(again, file)
  expect(await undo(noted), 'before it took it away').toBe('it had not been taken away')
  expect(left()).toEqual(['evil', []])
})

test('what process 1 runs, and what logins need, stays where it is, by another name, too', async ({ skip }) => {
  const proc = join(folder, 'proc')
  mkdirSync(join(proc, '1/root/lib'), { recursive: true })
  writeFileSync(join(proc, '1/root/lib/needed.so'), 'x')
  writeFileSync(join(proc, '1/maps'), '7f00-7f01 r-xp 00000000 08:01 77                 /lib/needed.so\n7f02-7f03 rw-p 00000000 00:00 0\n')
  const [library, accounts] = [join(folder, 'library'), join(folder, 'accounts')]
  linkSync(join(proc, '1/root/lib/needed.so'), library)
  skip(statSync('/etc/passwd').dev !== statSync(folder).dev, 'accounts are on another file system')
  linkSync('/etc/passwd', accounts)
  for (const named of [library, accounts]) {
    const subject = ofTheDead({ process: undefined, file: named })
    const at = { ...context(), proc }
    await expect(quarantineFile.run(subject, { maxMiB: 1 } as never, at)).rejects.toThrow(/without which the host/)
    await expect(blockFile.run(subject, { copies: true } as never, at)).rejects.toThrow(/without which the host/)
    expect([existsSync(named), denied]).toEqual([true, []])
  }
})

test('a file that a person names on this host needs no process', async () => {
  await take(ofTheDead({ process: undefined }))
  expect(existsSync(file)).toBe(false)
})
