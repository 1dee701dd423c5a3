import { expect, test } from 'vitest'
import { createRepeatedFindings } from './repeats.ts'
import { SAMPLE_FINDING } from './sample-finding.ts'

const repeated = (maxEvents = 2) => createRepeatedFindings({ maxEvents, idOf: (timeNs) => `id${timeNs}` })
const named = (rule: string) => ({ ...SAMPLE_FINDING, rule })

test('every finding of the event comes again, with the count, the time and an id of its own', () => {
  const { remember, of } = repeated()
  remember(0, 7, named('a'))
  remember(0, 7, named('b'))
  const found = of({ cpu: 0, seq: 7, count: 41, timeNs: 5 })
  expect(found.map(({ rule, count, timeNs, id }) => [rule, count, timeNs, id])).toEqual([
    ['a', 41, 5, 'id5'],
    ['b', 41, 5, 'id5'],
  ])
})

test('an event without findings, and one of the same number on another CPU, have none', () => {
  const { remember, of } = repeated()
  remember(0, 7, named('a'))
  expect([of({ cpu: 1, seq: 7, count: 1, timeNs: 5 }), of({ cpu: 0, seq: 8, count: 1, timeNs: 5 })]).toEqual([[], []])
})

test('the oldest event is forgotten', () => {
  const { remember, of } = repeated(2)
  for (const seq of [1, 2, 3]) remember(0, seq, named('a'))
  expect([1, 2, 3].map((seq) => of({ cpu: 0, seq, count: 1, timeNs: 5 }).length)).toEqual([0, 1, 1])
})
