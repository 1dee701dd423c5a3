/** What the kernel says of operations through io_uring: the same as of system calls, but for the result. */
import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseDnsMessage } from '../../src/events/dns.ts'
import { HEADER_FLAGS } from '../../src/events/header.ts'
import type { KindName } from '../../src/events/kinds.ts'
import { TYPE_NAMES } from '../../src/events/records.gen.ts'
import { cannotObserve, compileProgram, type Kept, observe, type Program, recordsOf } from './observe.ts'

let reason = cannotObserve()
let program: Program

beforeAll(async () => {
  if (reason !== undefined) return
  program = compileProgram('uring')
  // Containers and sysctl kernel.io_uring_disabled refuse it; then nothing is printed and the program ends with 1.
  const { output } = await program.run('openat', '/dev/null')
  if (!output.startsWith('result')) reason = 'io_uring cannot be used here'
})
afterAll(() => program?.remove())
beforeEach(({ skip }) => {
  if (reason !== undefined) skip(reason)
})

/** Runs an operation under watch. `of`: what it did through the ring; `results`: what the ring answered. */
async function operation(kinds: readonly KindName[], ...args: readonly string[]) {
  let ran = { pid: 0, output: '' }
  const observed = await observe(kinds, async () => (ran = await program.run(...args)), { foldWindowMs: 0 })
  const of = <K extends KindName>(kind: K): readonly Kept<K>[] =>
    recordsOf(observed, kind, ran.pid).filter(({ flags }) => (flags & HEADER_FLAGS.uring) !== 0)
  return {
    of,
    pid: ran.pid,
    observed,
    results: [...ran.output.matchAll(/result (-?\d+)/g)].map(([, number]) => Number(number)),
    output: ran.output,
  }
}

const typeOf = ({ type }: { readonly type: number }) => TYPE_NAMES[type]
const remote = ({ remoteAddress, remotePort }: Kept<'net.connect' | 'net.send'>) =>
  `${remoteAddress.subarray(0, 4).join('.')}:${remotePort}`

test('a ring that is made is told with its size and flags', async () => {
  const { observed, pid } = await operation(['uring.setup'], '--sqpoll', 'setup')
  const made = recordsOf(observed, 'uring.setup', pid)
  expect(made.map((record) => [record.entries, record.setupFlags, record.result > 2])).toEqual([[4, 2, true]])
})

describe('a file operation', () => {
  const file = (name: string): string => join(program.folder, name)

  test.each([
    ['openat', ['/etc/shadow'], '/etc/shadow', '/etc/shadow'],
    ['openat2', ['/etc/shadow'], '/etc/shadow', '/etc/shadow'],
    ['openat', ['shadow', '/etc'], '/etc/shadow', 'shadow'],
  ] as const)('%s of %j is told as asked for, and as opened', async (name, args, path, rawPath) => {
    const { of, results } = await operation(['file.open'], name, ...args)
    expect(of('file.open').map((r) => [typeOf(r), r.path, r.rawPath, r.flags, r.truncated])).toEqual([
      [name, path, rawPath, HEADER_FLAGS.uring, 0],
      [name, path, '', HEADER_FLAGS.uring | HEADER_FLAGS.hasResult, 0],
    ])
    expect(of('file.open')[1]?.result).toBe(results[0])
  })

  test('openat of what is not there is told as asked for', async () => {
    const { of } = await operation(['file.open'], 'openat', '/no/such/file')
    expect(of('file.open').map((r) => [r.path, r.flags])).toEqual([['/no/such/file', HEADER_FLAGS.uring]])
  })

  test.each(['openat', '--sqpoll openat'])('%s through a link has the path of the file that was opened', async (how) => {
    symlinkSync('/etc/shadow', file(`link${how.length}`))
    const { of } = await operation(['file.open'], ...how.split(' '), file(`link${how.length}`))
    expect(of('file.open').map((r) => [r.path, r.ino])).toEqual([
      [file(`link${how.length}`), 0],
      ['/etc/shadow', statSync('/etc/shadow').ino],
    ])
  })

  test("through the kernel's polling thread is of the process that made the ring", async () => {
    const { of, pid } = await operation(['file.open'], '--sqpoll', 'openat', '/etc/shadow')
    const [opened] = of('file.open')
    expect([opened?.path, opened?.pid, opened?.uid]).toEqual(['/etc/shadow', pid, 0])
    expect(opened?.tid).not.toBe(pid)
    expect(opened?.comm.toString().startsWith('iou-sqp-')).toBe(true)
  })

  test('on names has them behind the working directory', async () => {
    writeFileSync(file('one'), '')
    mkdirSync(file('gone'))
    const renamed = await operation(['file.rename'], 'renameat', 'one', 'two')
    const linked = await operation(['file.link'], 'linkat', 'two', 'three')
    const pointed = await operation(['file.link'], 'symlinkat', 'two', 'four')
    const made = await operation(['file.mkdir'], 'mkdirat', 'folder')
    const removed = await operation(['file.unlink'], 'unlinkat', 'three')
    const labelled = await operation(['file.setxattr'], 'setxattr', 'two', 'security.test')
    const plain = await operation(['file.setxattr'], 'setxattr', 'two', 'user.test')
    expect([renamed, linked, pointed, made, removed, labelled].map(({ results }) => results)).toEqual(Array(6).fill([0]))
    expect(renamed.of('file.rename').map((r) => [r.oldPath, r.newPath, r.rawOldPath])).toEqual([[file('one'), file('two'), 'one']])
    expect(linked.of('file.link').map((r) => [r.oldPath, r.newPath, r.symbolic])).toEqual([[file('two'), file('three'), 0]])
    expect(pointed.of('file.link').map((r) => [r.oldPath, r.newPath, r.symbolic])).toEqual([['two', file('four'), 1]])
    expect(made.of('file.mkdir').map((r) => [r.path, r.mode])).toEqual([[file('folder'), 0o700]])
    expect(removed.of('file.unlink').map((r) => [r.path, r.rawPath])).toEqual([[file('three'), 'three']])
    expect(labelled.of('file.setxattr').map((r) => [r.path, r.attribute, r.valueSize])).toEqual([[file('two'), 'security.test', 1]])
    expect(plain.of('file.setxattr')).toEqual([])
  })
})

describe('a network operation', () => {
  const kinds: readonly KindName[] = [
    'net.socket',
    'net.bind',
    'net.listen',
    'net.connect',
    'net.accept',
    'net.send',
    'net.recv',
    'net.shutdown',
  ]

  test('each step of a connection is told', async ({ skip }) => {
    const { of, results, output } = await operation(kinds, 'connection')
    skip(results[0] === -22, 'this kernel makes no sockets through io_uring (before 6.11)')
    const port = Number(/port (\d+)/.exec(output)?.[1])
    expect(of('net.socket').map((r) => [r.family, r.socketType, r.fd])).toEqual([
      [2, 1, -1],
      [2, 1, -1],
    ])
    expect(of('net.bind').map((r) => [r.localAddress[0], r.fd])).toEqual([[127, results[0]]])
    expect(of('net.listen').map((r) => [r.localPort, r.backlog])).toEqual([[port, 5]])
    expect(of('net.connect').map((r) => [typeOf(r), remote(r), r.fd, r.role])).toEqual([['connect', `127.0.0.1:${port}`, results[1], 1]])
    expect(of('net.accept').map((r) => [r.localPort, r.listenFd, r.fd])).toEqual([[port, results[0], -1]])
    expect(of('net.send').map((r) => [typeOf(r), r.payload.toString(), r.messageSize])).toEqual([
      ['sendto', 'through the ring', 16],
      ['sendmsg', 'through the ring', 16],
    ])
    expect(of('net.recv').map(typeOf)).toEqual(['recvfrom', 'recvmsg'])
    expect(of('net.shutdown').map((r) => [r.how, r.fd])).toEqual([[1, results[1]]])
  })

  test('on a registered descriptor has the socket all the same', async () => {
    const { of, results } = await operation(kinds, 'fixed-connect')
    expect(results).toEqual([-111])
    expect(of('net.connect').map((r) => [remote(r), r.fd, r.socketIno > 0])).toEqual([['127.0.0.1:1', -1, true]])
  })

  test('that asks a name server has the question', async () => {
    const { of } = await operation(kinds, 'dns')
    expect(of('net.send').map((r) => [typeOf(r), remote(r), parseDnsMessage(r.payload)?.questions])).toEqual([
      ['sendto', '127.0.0.1:53', [{ name: 'example.test', type: 'A' }]],
      ['sendmsg', '127.0.0.1:53', [{ name: 'example.test', type: 'A' }]],
    ])
  })
})
