import { expect, test } from 'vitest'
import { renderRun, verdictOf } from './report.ts'
import { WORKLOADS } from './workloads.ts'

const workload = WORKLOADS.find(({ name }) => name === 'openclose') as (typeof WORKLOADS)[number] // Falco: ×1.95

test('a row tells the ratios and what part of Falco’s added time is ours', () => {
  const cost = {
    workload,
    pairs: 5,
    bareSeconds: 0.5,
    floorSeconds: 0.55,
    agentSeconds: 0.6,
    cpuSeconds: 0.1,
    residentMiB: 99.6,
    seen: 1_000_000,
    folded: 1_998,
    filtered: 998_000,
    lost: 0,
  }
  const text = renderRun('machine', [cost], [{ title: 'Rule engine', text: '2 M events/s\n' }])
  expect(text).toContain(
    '| openclose: open and close of one file | 5 | 0.50 s | ×1.10 | **×1.20** | ×1.95 | 21 % | met (⅓ of Falco) | 0.10 s (1.20) | 100 MiB | 1,000,000 | 1,998 | 998,000 | 0 (31 %) |',
  )
  expect(text).toContain('### Rule engine\n\n2 M events/s\n')
})

test.each([
  ['a third of what Falco adds', 1.05, 1.31, 'met (⅓ of Falco)'],
  ['a third, whatever the empty programs did', 0.99, 1.31, 'met (⅓ of Falco)'],
  ['more than that, near the empty programs', 1.3, 1.38, 'met (1.3 × empty)'],
  ['more than both', 1.2, 1.4, 'missed (2.0 × empty)'],
  ['more than a third, and empty programs that made it faster', 0.99, 1.4, 'noise'],
  ['nothing added by either', 1, 0.98, 'noise'],
  ['more than a third, empty programs not measured', undefined, 1.4, 'missed'],
])('the verdict on %s', (_, floorSeconds, agentSeconds, verdict) => {
  expect(verdictOf({ workload, bareSeconds: 1, floorSeconds, agentSeconds })).toBe(verdict)
})
