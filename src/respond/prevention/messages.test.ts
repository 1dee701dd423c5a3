import { expect, test } from 'vitest'
import { readMessage } from './messages.ts'

function candidate(message: number, path: string, exe: string): Buffer {
  const head = Buffer.alloc(120)
  const words = [message, 9, 1, 1, 4, 1, 0o101, 21, 20, 1, 0o100644, 3, 4, 1, path.length, exe.length]
  for (const [index, word] of words.entries()) head.writeUInt32LE(word, 4 * index)
  const longs = [8n << 20n, 77n, 5n, 6n, 99n]
  for (const [index, long] of longs.entries()) head.writeBigUInt64LE(long, 64 + 8 * index)
  head.write('cat', 104)
  return Buffer.concat([head, Buffer.from(path + exe)])
}

test('a question is read with all that it says', () => {
  expect(readMessage(candidate(2, '/models/w', '/usr/bin/cat'))).toEqual({
    kind: 'ask',
    id: 9,
    candidate: {
      ...{ kind: 'file.open', type: 'openat', openFlags: 0o101, tid: 21, pid: 20, ppid: 1, startTicks: 99, comm: 'cat' },
      ...{ exePath: '/usr/bin/cat', path: '/models/w', mode: 0o100644, uid: 3, links: 1, dev: 8 << 20, ino: 77, ctimeNs: 5, mtimeNs: 6 },
    },
  })
})

test.each([
  ['cut in its head', candidate(2, '/a', '/b').subarray(0, 100)],
  ['cut in its texts', candidate(2, '/a', '/b').subarray(0, 122)],
  ['of a kind that nobody knows', candidate(99, '/a', '/b')],
  ['empty', Buffer.alloc(0)],
])('a message that is %s is none', (_, message) => expect(readMessage(message)).toBeUndefined())

test('a decision names its rule by number, and what became of it', () => {
  expect(readMessage(candidate(3, '/a', '/b'))).toMatchObject({ kind: 'told', outcome: 'denied', rule: 4 })
})

test('a denied blocked file is told by its id', () => {
  const message = candidate(3, '/a', '/b')
  message.writeUInt32LE(3, 12)
  expect(readMessage(message)).toMatchObject({ kind: 'blocked', id: 9, candidate: { path: '/a', exePath: '/b' } })
})
