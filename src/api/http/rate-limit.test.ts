import { expect, test } from 'vitest'
import { createRateLimit } from './rate-limit.ts'

test('so many at once, then one at a time as the bucket fills; each caller has its own', () => {
  const time = { ms: 0 }
  const take = createRateLimit({ perMinute: 60, burst: 3 }, () => time.ms)
  expect([take('a'), take('a'), take('a'), take('a')]).toEqual([0, 0, 0, 1000])
  expect(take('b')).toBe(0)
  time.ms = 500
  expect(take('a')).toBe(500)
  time.ms = 1000
  expect([take('a'), take('a')]).toEqual([0, 1000])
  time.ms = 1_000_000
  expect([take('a'), take('a'), take('a'), take('a')]).toEqual([0, 0, 0, 1000])
})
