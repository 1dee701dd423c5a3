import { expect, test } from 'vitest'
import { createSkippedRuns } from './skipped-runs.ts'

test('what the kernel skipped adds up, also of a program that was taken down and loaded anew', () => {
  const runs = createSkippedRuns()
  runs.update([
    { program: 'file_open__openat', skipped: 3 },
    { program: 'net_connect__connect', skipped: 0 },
  ])
  runs.update([{ program: 'file_open__openat', skipped: 5 }])
  expect([...runs.totals()]).toEqual([['file_open__openat', 5]])
  runs.update([])
  runs.update([{ program: 'file_open__openat', skipped: 2 }])
  runs.update([{ program: 'file_open__openat', skipped: 2 }])
  expect(runs.totals().get('file_open__openat')).toBe(7)
})
