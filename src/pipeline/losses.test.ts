import { expect, test } from 'vitest'
import { INTERNAL_RULES } from '../findings/internal-finding.ts'
import { createLossReporter, type LossTotal } from './losses.ts'

const SECOND = 1e9
const lost = (total: number, what = 'file.open events', cpu?: number): LossTotal => ({
  rule: INTERNAL_RULES.eventsLost,
  what,
  why: 'the ring buffer was full',
  total,
  ...(cpu === undefined ? {} : { cpu }),
})

function reporter() {
  const said: string[] = []
  const emit = (finding: { output: string }) => said.push(finding.output)
  return { said, ...createLossReporter({ hostname: 'h', emit, firstWaitMs: 1000, maxWaitMs: 4000 }) }
}

test('without a loss nothing is said', () => {
  const { said, update } = reporter()
  update([lost(0)], SECOND)
  expect(said).toEqual([])
})

test('a loss is said at once, with CPUs and cause', () => {
  const { said, update } = reporter()
  update([lost(1000, 'file.open events', 1), lost(234, 'file.open events', 0)], SECOND)
  expect(said).toEqual(['1,234 file.open events lost on CPU 0, 1 because the ring buffer was full'])
})

test('while losses go on reports come ever more seldom, and no number is lost', () => {
  const { said, update } = reporter()
  for (let second = 1; second <= 12; second++) update([lost(second * 10)], second * SECOND)
  expect(said.map((line) => Number.parseInt(line, 10))).toEqual([10, 10, 20, 40, 40])
})

test('after a quiet time the next loss is said at once again', () => {
  const { said, update } = reporter()
  for (let second = 1; second <= 8; second++) update([lost(10)], second * SECOND)
  update([lost(11)], 9 * SECOND)
  update([lost(12)], 10 * SECOND)
  expect(said).toHaveLength(3)
})

test('what is held back comes out at the end', () => {
  const { said, update, flush } = reporter()
  update([lost(1)], SECOND)
  update([lost(5)], 1.5 * SECOND)
  expect(said).toHaveLength(1)
  flush(2 * SECOND)
  flush(2 * SECOND)
  expect(said[1]).toMatch(/^4 file.open/)
  expect(said).toHaveLength(2)
})

test('many kinds at once make a bounded number of findings', () => {
  const { said, update } = reporter()
  update(
    Array.from({ length: 40 }, (_, kind) => lost(kind + 1, `kind${kind} events`)),
    SECOND,
  )
  expect(said).toHaveLength(13)
  expect(said[0]).toMatch(/^40 kind39/)
  expect(said[12]).toBe('406 more events of 28 other kinds and causes lost')
})
