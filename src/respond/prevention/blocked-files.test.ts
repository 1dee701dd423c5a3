import { fstatSync, openSync } from 'node:fs'
import { constants } from 'node:os'
import { expect, test, vi } from 'vitest'
import type { FileToDeny } from '../native.ts'
import { createBlockedFiles, isCopy } from './blocked-files.ts'
import type { FileOrder } from './orders.ts'

const { ECANCELED, ENOENT, ENOSPC, ESRCH } = constants.errno
const DONE = { errno: 0, byInode: true, byContent: true, watched: 2, refused: 0 }

/** A helper that answers each order with what `answers` gives. */
function scene(answers: (order: FileOrder, fd: number | undefined) => Partial<typeof DONE> | undefined = () => ({}), errno = 0) {
  const orders: string[] = []
  const lost: string[] = []
  const files = createBlockedFiles({
    start: () => void orders.push('start'),
    send: (order, fd) => {
      orders.push(`${order.kind} ${order.id}${fd === undefined ? '' : ' open'}${order.content === undefined ? '' : ' content'}`)
      const given = answers(order, fd)
      if (given !== undefined) queueMicrotask(() => files.onFile({ kind: 'file', request: order.request, ...DONE, ...given }))
      return errno
    },
    onLost: (path, { byContent }) => lost.push(`${path} ${byContent}`),
  })
  return { files, orders, lost }
}

const file = (name: string, again: FileToDeny['again'] = async () => undefined): FileToDeny => ({
  ...{ key: `8:0:${name}`, path: `/${name}`, fd: 99, again },
  content: { bytes: 3, sha256: 'ab'.repeat(32) },
})

test('a file is told to the helper, known by its id, and forgotten when it is let go', async () => {
  const { files, orders } = scene()
  expect(await files.denyFile(file('7'))).toEqual({ ...DONE, before: false })
  expect(await files.denyFile(file('7'))).toMatchObject({ before: true })
  expect(await files.lookAtFile('8:0:7', 99)).toMatchObject(DONE)
  expect([files.of(1)?.path, files.count()]).toEqual(['/7', 1])
  expect(await files.allowFile('8:0:7')).toBe(0)
  expect([await files.allowFile('8:0:7'), (await files.lookAtFile('8:0:7', 99)).errno, files.count()]).toEqual([ENOENT, ENOENT, 0])
  expect(orders).toEqual(['start', 'block 1 open content', 'start', 'block 1 open content', 'look 1 open', 'let 1'])
})

test('who blocks it once more, and not its copies, lets none of them go', async () => {
  const { files, orders } = scene()
  await files.denyFile(file('7'))
  await files.denyFile({ ...file('7'), content: undefined })
  expect([orders.at(-1), files.of(1)?.content?.bytes]).toEqual(['block 1 open content', 3])
})

test('what the helper refuses, or cannot be told, is not blocked', async () => {
  const refusing = scene(() => ({ errno: ENOSPC }))
  expect(await refusing.files.denyFile(file('7'))).toMatchObject({ errno: ENOSPC })
  const alone = scene(() => undefined, ESRCH)
  expect(await alone.files.denyFile(file('7'))).toMatchObject({ errno: ESRCH })
  expect([refusing.files.count(), alone.files.count()]).toEqual([0, 0])
})

test('of 257 files the last is refused', async () => {
  const { files } = scene()
  for (let name = 0; name < 256; name++) expect((await files.denyFile(file(String(name)))).errno).toBe(0)
  expect(await files.denyFile(file('more'))).toMatchObject({ errno: ENOSPC })
})

test('a helper that starts anew is told of all, and what it cannot find is told', async () => {
  const fds: number[] = []
  const again = async () => {
    fds.push(openSync('/dev/null', 'r'))
    return fds.at(-1)
  }
  const { files, orders, lost } = scene((_, fd) => (fd === undefined ? { byInode: false } : {}))
  await files.denyFile(file('here', again))
  await files.denyFile(file('gone'))
  orders.length = 0
  await files.tellAll()
  expect([orders, lost]).toEqual([['block 1 open content', 'block 2 content'], ['/gone true']])
  expect(fds).toHaveLength(1)
  expect(() => fstatSync(fds[0] as number)).toThrow('EBADF')
})

test('with the helper ends what was asked of it, and no answer is an answer after a while', async () => {
  const { files, orders } = scene(() => undefined)
  const asked = files.denyFile(file('7'))
  files.onEnded()
  expect(await asked).toMatchObject({ errno: ECANCELED })
  vi.useFakeTimers()
  const late = files.denyFile(file('8'))
  await vi.advanceTimersByTimeAsync(6000)
  vi.useRealTimers()
  expect((await late).errno).toBe(constants.errno.ETIMEDOUT)
  // Should it do so yet, it is to stop.
  expect([files.count(), orders.slice(-2)]).toEqual([0, ['block 2 open content', 'let 2']])
})

test('a copy has another inode', () => {
  const blocked = { ...file('7'), id: 1 }
  expect([isCopy(blocked, { dev: 8 << 20, ino: 7 }), isCopy(blocked, { dev: 8 << 20, ino: 8 })]).toEqual([false, true])
})
