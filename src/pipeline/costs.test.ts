import { describe, expect, test } from 'vitest'
import { sampleRecord } from '../events/sample-event.ts'
import { createCosts } from './costs.ts'

/** A generator with a seed: tests must not depend on luck. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

function costs() {
  const clock = { ms: 0 }
  const made = createCosts({ bootEpochNs: () => performance.timeOrigin * 1e6, random: seeded(7), clock: () => clock.ms })
  return { ...made, clock }
}

const open = sampleRecord('file.open', { timeNs: 0, path: '/x' })
const exec = sampleRecord('process.exec', { timeNs: 0, exe: '/x' })

describe('costs', () => {
  test('a sample of events makes an estimate of all, by kind, whatever the rhythm in which they come', () => {
    const { timed, totals, clock } = costs()
    const judge = timed((record) => {
      clock.ms += record === open ? 1 : 3
    })
    for (let round = 0; round < 50_000; round++) {
      judge(open)
      judge(exec)
    }
    const { kinds } = totals()
    expect(kinds.get('file.open')?.seconds).toBeGreaterThan(50 * 0.9)
    expect(kinds.get('file.open')?.seconds).toBeLessThan(50 * 1.1)
    expect(kinds.get('process.exec')?.seconds).toBeGreaterThan(150 * 0.9)
    expect(kinds.get('process.exec')?.seconds).toBeLessThan(150 * 1.1)
  })

  test('every event is judged, once, sampled or not', () => {
    let judged = 0
    const judge = costs().timed(() => void judged++)
    for (let round = 0; round < 1000; round++) judge(open)
    expect(judged).toBe(1000)
  })

  test('the time from the kernel to the end of the evaluation falls into its bucket', () => {
    const { timed, totals, clock } = costs()
    clock.ms = 30
    const judge = timed(() => {})
    for (let round = 0; round < 1000; round++) judge(open)
    const { latency } = totals()
    expect(latency.count).toBeGreaterThan(0)
    expect(latency.counts[latency.bounds.indexOf(0.05)]).toBe(latency.count)
    expect(latency.sum).toBeCloseTo(0.03 * latency.count, 5)
  })

  test('rules are timed only while somebody asks; the weights add up to the events', () => {
    const { weighRules, measureUntil, clock } = costs()
    const weights = () => Array.from({ length: 10_000 }, weighRules).reduce((sum, weight) => sum + weight, 0)
    expect(weights()).toBe(0)
    measureUntil(10)
    expect(Math.abs(weights() - 10_000)).toBeLessThan(200)
    clock.ms = 11
    expect(weights()).toBe(0)
  })

  test('tries and matches of a rule add up', () => {
    const { tried, matched, totals } = costs()
    tried('A', 1e-6, 64)
    tried('A', 2e-6, 10)
    matched('A')
    expect(totals().rules.get('A')).toEqual({ evaluations: 74, matches: 1, seconds: expect.closeTo(84e-6, 10) })
  })
})
