import { describe, expect, test } from 'vitest'
import type { CostReport } from '../lib/cost-report.ts'
import { topJson, topText } from './top-text.ts'

const NO_DROPS = { filteredClass: 0, filteredProcess: 0, filteredObject: 0, folded: 0, sampled: 0, lost: 0 }
const report = (more: Partial<CostReport>): CostReport => ({
  ...{ pid: 7, time: 100, cpuSeconds: 1, residentBytes: 2 ** 26, kinds: [], rules: [], programs: [], findings: 0 },
  ...{ ring: { bytes: 1000, used: 10, peak: 500 }, budget: { maxShare: null, step: 0, foldWindowMs: 1000, sampled: [] } },
  ...more,
})

const BEFORE = report({
  kinds: [{ kind: 'file.open', seen: 1000, sent: 10, ...NO_DROPS, seconds: 0.1 }],
  rules: [{ rule: 'Quiet', shadow: false, evaluations: 64, matches: 0, seconds: 1 }],
})
const AFTER = report({
  time: 102,
  cpuSeconds: 1.1,
  kinds: [
    { kind: 'file.open', seen: 3000, sent: 30, ...NO_DROPS, filteredObject: 1980, seconds: 0.12 },
    { kind: 'process.exec', seen: 2, sent: 2, ...NO_DROPS, seconds: 0.2 },
  ],
  rules: [
    { rule: 'Quiet', shadow: false, evaluations: 64, matches: 0, seconds: 1 },
    { rule: 'Bad\x1b[2Jname', shadow: true, evaluations: 200, matches: 3, seconds: 0.000_04 },
  ],
})

describe('the picture of top', () => {
  const lines = topText(BEFORE, AFTER, false).split('\n')
  const row = (name: string): string[] => (lines.find((line) => line.startsWith(name)) ?? '').split(/\s{2,}/)

  test('tells what happened between two reports, not since the start', () => {
    expect(row('file.open')).toEqual(['file.open', '1,000', '-', '-', '990', '-', '-', '-', '10', '1.0%'])
    expect(row('agent')).toEqual(['agent 7', 'processor 5.0%', 'memory 64.0 MiB', 'ring 1.0%, at most 50.0%', 'findings 0'])
  })

  test('puts the costliest first and leaves out what did nothing', () => {
    const names = lines.map((line) => line.split(' ')[0])
    expect(names.indexOf('process.exec')).toBeLessThan(names.indexOf('file.open'))
    expect(lines.some((line) => line.startsWith('Quiet'))).toBe(false)
  })

  test('names of rules cannot act on the terminal, and those in shadow are told', () => {
    expect(row('(shadow) Bad')).toEqual(['(shadow) Bad\\x1b[2Jname', '100', '3', '200', '0.0%'])
  })

  test('a budget is told with what was done to keep it', () => {
    const budget = { maxShare: 0.05, step: 4, foldWindowMs: 60_000, sampled: ['net.socket'] }
    const [head, saving] = topText(BEFORE, { ...AFTER, budget }, false).split('\n')
    expect(head).toContain('processor 5.0% of 5.0%')
    expect(saving).toBe('saving, step 4: equal events are folded within 1 min 0 s; sampled: net.socket')
  })

  test('what waits for the server is told, and what it will never have; nothing where all is well', () => {
    const upstream = { findings: 0, bytes: 4096, findingsLost: 0, historyLost: 0 }
    const head = (after: CostReport): string => topText(BEFORE, after, false).split('\n')[0] ?? ''
    expect(head({ ...AFTER, upstream })).toBe(head(AFTER))
    expect(head({ ...AFTER, upstream: { findings: 1200, bytes: 2 ** 20, findingsLost: 3, historyLost: 4 } })).toContain(
      'waiting for the server 1,200 (1.0 MiB)   findings lost to it 3   events not in history 4',
    )
  })

  test('as JSON it is one line with both reports', () => {
    expect(JSON.parse(topJson(BEFORE, AFTER))).toEqual({ seconds: 2, before: BEFORE, after: AFTER })
  })
})
