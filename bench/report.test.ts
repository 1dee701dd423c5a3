import { expect, test } from 'vitest'
import { renderRun } from './report.ts'
import { WORKLOADS } from './workloads.ts'

test('a row tells the ratios and what part of Falco’s added time is ours', () => {
  const workload = WORKLOADS.find(({ name }) => name === 'openclose')
  if (workload === undefined) throw new Error('no workload openclose')
  const cost = {
    workload,
    bareSeconds: 0.5,
    floorSeconds: 0.55,
    agentSeconds: 0.6,
    cpuSeconds: 0.1,
    residentMiB: 99.6,
    seen: 1_000_000,
    folded: 999_998,
    lost: 0,
  }
  const text = renderRun('machine', [cost], [{ title: 'Rule engine', text: '2 M events/s\n' }])
  expect(text).toContain(
    '| openclose: open and close of one file | 0.50 s | ×1.10 | **×1.20** | ×1.95 | 21 % | 0.10 s (1.20) | 100 MiB | 1,000,000 | 999,998 | 0 (31 %) |',
  )
  expect(text).toContain('### Rule engine\n\n2 M events/s\n')
})
