import { expect, test } from 'vitest'
import { MAX_STARTS, RESTART_MS, restartWaitMs, STARTS_WITHIN_MS } from './prevention-restart.ts'

test.each<readonly [sentence: string, startsMs: readonly number[], nowMs: number, waitMs: number]>([
  ['after its first end it is started a second later', [0], 5000, RESTART_MS],
  ['so after its third', [0, 10, 20], 5000, RESTART_MS],
  ['after the fourth in ten minutes when the first of them is so long ago', [1000, 2000, 3000, 4000], 5000, STARTS_WITHIN_MS - 4000],
  ['a start of long ago does not count', [0, 600_000, 600_001, 600_002], 600_003, RESTART_MS],
  ['of more than four the last four count', [0, 10, 20, 30, 40, 50], 60, STARTS_WITHIN_MS - 40],
])('%s', (_, startsMs, nowMs, waitMs) => expect(restartWaitMs(startsMs, nowMs)).toBe(waitMs))

test('whoever ends it as often as it starts never switches it off, and never has it started more than so often', () => {
  const starts = [0]
  const hourMs = 3_600_000
  for (let nowMs = 0; nowMs < hourMs; starts.push(nowMs)) nowMs += restartWaitMs(starts, nowMs)
  expect(starts.length).toBeGreaterThanOrEqual((MAX_STARTS * hourMs) / STARTS_WITHIN_MS)
  for (const at of starts) expect(starts.filter((one) => one >= at && one < at + STARTS_WITHIN_MS).length).toBeLessThanOrEqual(MAX_STARTS)
})
