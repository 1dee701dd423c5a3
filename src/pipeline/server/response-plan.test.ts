import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { SAMPLE_FINDING } from '../../findings/sample-finding.ts'
import type { FindingStore } from '../../store/state-store.ts'
import { readResponseText } from '../responses/load.ts'
import { planOf } from './response-plan.ts'

const RANGE = { fromNs: 0, toNs: 2e18 }

function findings(count: number): Pick<FindingStore, 'list'> {
  const items = Array.from({ length: count }, (_, number) => ({ ...SAMPLE_FINDING, id: `f${number}` }))
  return { list: () => ({ items, next: undefined }) as never }
}

const responses = (count: number): string =>
  Array.from(
    { length: count },
    (_, number) => `- {response: r${number}, desc: d, mode: act, when: {rules: ["*"]}, do: [{action: kill-process}]}\n`,
  ).join('')

test('of each response it is told how often, and upon how many', async () => {
  const { totals, findings: looked } = await planOf(readResponseText(responses(2), 'a.yaml'), RANGE, findings(3))
  expect([looked, totals.map(({ count, targets }) => [count, targets])]).toEqual([
    3,
    [
      [3, 1],
      [3, 1],
    ],
  ])
})

test('a plan of many responses over many findings leaves others their turn', async () => {
  let turns = 0
  let over = false
  const counting = (async () => {
    for (; !over; turns++) await nextTurn()
  })()
  await planOf(readResponseText(responses(400), 'a.yaml'), RANGE, findings(500))
  over = true
  await counting
  expect(turns).toBeGreaterThanOrEqual(9)
})
