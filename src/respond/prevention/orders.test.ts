import { expect, test } from 'vitest'
import { readMessage } from './messages.ts'
import { packOrder } from './orders.ts'

const sha256 = 'ab'.repeat(32)

test('an order has its numbers and the digest where the helper reads them', () => {
  const order = packOrder({ kind: 'look', request: 7, id: 9, content: { bytes: 300, sha256 } })
  expect([order.length, order.readUInt32LE(4), order.readUInt32LE(8), order.readUInt32LE(12)]).toEqual([56, 2, 7, 9])
  expect([order.readBigUInt64LE(16), order.subarray(24).toString('hex')]).toEqual([300n, sha256])
  expect(
    packOrder({ kind: 'block', request: 1, id: 1, content: undefined })
      .subarray(16)
      .every((byte) => byte === 0),
  ).toBe(true)
})

test.each([
  ['is empty', { bytes: 0, sha256 }],
  ['is too large', { bytes: (64 << 20) + 1, sha256 }],
  ['has no digest', { bytes: 1, sha256: 'ab' }],
])('content that %s is none that can be blocked', (_, content) =>
  expect(() => packOrder({ kind: 'block', request: 1, id: 1, content })).toThrow(RangeError),
)

test('an answer is read with all that it says, and a cut one is none', () => {
  const answer = Buffer.alloc(32)
  for (const [at, word] of [5, 7, 28, 1, 0, 3, 2].entries()) answer.writeUInt32LE(word, 4 * at)
  expect(readMessage(answer)).toEqual({ kind: 'file', request: 7, errno: 28, byInode: true, byContent: false, watched: 3, refused: 2 })
  expect(readMessage(answer.subarray(0, 28))).toBeUndefined()
})
