import { describe, expect, test } from 'vitest'
import type { KindName } from '../events/kinds.ts'
import { createBudget, type Saving } from './budget.ts'

const none: ReadonlyMap<KindName, number> = new Map()
const STEPS: readonly Saving[] = [
  { foldWindowMs: 1000, shifts: none },
  { foldWindowMs: 4000, shifts: none },
  { foldWindowMs: 4000, shifts: new Map([['file.open', 2]]) },
]

/** Second by second, the shares of a processor that were used; returns what changed, with its second. */
function run(maxShare: number | undefined, shares: readonly number[]) {
  const budget = createBudget({ maxShare, steps: STEPS })
  let cpu = 100
  const changes = shares.flatMap((share, second) => {
    cpu += share
    const change = budget.update(cpu, 1000 + second)
    return change === undefined ? [] : [`${second}: ${change.what} ${change.state.step}`]
  })
  return { changes, state: budget.state() }
}

const seconds = (count: number, share: number): number[] => Array.from({ length: count }, () => share)

describe('the budget', () => {
  test.each<[string, number | undefined, number[], string[]]>([
    ['without one nothing is done', undefined, seconds(60, 2), []],
    ['below it nothing is done', 0.05, seconds(60, 0.04), []],
    ['a burst shorter than the window is no reason', 0.05, [...seconds(10, 0.01), 0.15, ...seconds(20, 0.01)], []],
    [
      'above it step follows step, each given its time, until nothing is left',
      0.05,
      seconds(20, 0.5),
      ['3: tightened 1', '8: tightened 2', '13: exceeded 2'],
    ],
    [
      'a step is taken back when it has been cheap for long',
      0.05,
      [...seconds(4, 0.5), ...seconds(40, 0.01)],
      ['3: tightened 1', '23: eased 0'],
    ],
    ['between the two it stays as it is', 0.05, [...seconds(4, 0.5), ...seconds(8, 0), ...seconds(60, 0.04)], ['3: tightened 1']],
  ])('%s', (_, max, shares, expected) => {
    expect(run(max, shares).changes).toEqual(expected)
  })

  test('the share is told without a budget, too', () => {
    expect(run(undefined, seconds(10, 0.25)).state).toMatchObject({ share: 0.25, step: 0, foldWindowMs: 1000 })
  })

  test('a step that had to be taken again soon is tried again later', () => {
    const flap = [...seconds(4, 0.5), ...seconds(20, 0), ...seconds(6, 0.5), ...seconds(60, 0)]
    const eased = run(0.05, flap).changes.filter((change) => change.includes('eased'))
    const [first = 0, second = 0] = eased.map((change) => Number.parseInt(change, 10))
    expect(eased).toHaveLength(2)
    expect(second - 30).toBeGreaterThan(1.5 * (first - 4))
  })
})
