import { expect, test } from 'vitest'
import { costOf } from './process-cost.ts'

test('a process that computes has CPU seconds and memory', () => {
  const before = costOf(process.pid)
  const end = Date.now() + 60
  while (Date.now() < end) Math.sqrt(end)
  const after = costOf(process.pid)
  expect(after.cpuSeconds).toBeGreaterThan(before.cpuSeconds)
  expect(after.residentMiB).toBeGreaterThan(1)
})

test('a process that is not there is an error', () => {
  expect(() => costOf(4_194_304)).toThrow('ENOENT')
})
