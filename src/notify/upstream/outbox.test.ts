import { expect, test } from 'vitest'
import { createOutbox } from './outbox.ts'

test('what the thread has not taken when it dies is told again, and its bytes count no more', () => {
  const outbox = createOutbox()
  const batches = [1, 2, 3].map((lines) => ({ bytes: new Uint8Array(10), lines }))
  for (const batch of batches) outbox.sent(batch, 10)
  expect(outbox.held(0)).toBe(30)
  expect(outbox.held(10)).toBe(20)
  expect(outbox.reclaim(20)).toEqual([batches[2]])
  expect(outbox.held(20)).toBe(0)
  outbox.sent({ bytes: new Uint8Array(5), lines: 1 }, 5)
  expect(outbox.held(20)).toBe(5)
  expect(outbox.held(25)).toBe(0)
  expect(outbox.reclaim(25)).toEqual([])
})
