import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Finding } from './finding.ts'
import { createFold } from './fold.ts'
import { SAMPLE_FINDING } from './sample-finding.ts'

type Step = readonly [key: string, timeNs: number] | 'flush' | number

/** Feeds findings and clock readings; returns `key×count` in the order of output. */
function fold(steps: readonly Step[], options: { windowNs?: number; maxKeys?: number } = {}) {
  const out: Finding[] = []
  const fold = createFold({ windowNs: 10, maxKeys: 100, emit: (finding) => out.push(finding), ...options })
  for (const step of steps) {
    if (step === 'flush') fold.flush()
    else if (typeof step === 'number') fold.advance(step)
    else fold.push({ ...SAMPLE_FINDING, id: `${step[0]}${step[1]}`, foldKey: step[0], timeNs: step[1], eventIds: [`e${step[1]}`] })
  }
  return { lines: out.map((finding) => `${finding.foldKey}×${finding.count}`), out, stats: fold.stats() }
}

const CASES: readonly [sentence: string, steps: readonly Step[], lines: readonly string[]][] = [
  ['the first is passed on at once', [['a', 0]], ['a×1']],
  ['repeats are counted and follow when the window closes', [['a', 0], ['a', 1], ['a', 9], 10], ['a×1', 'a×2']],
  ['a window without repeats closes in silence', [['a', 0], 100], ['a×1']],
  ['after a silent window the next is passed on at once again', [['a', 0], 100, ['a', 100]], ['a×1', 'a×1']],
  ['as long as repeats come windows follow each other', [['a', 0], ['a', 5], ['a', 12], ['a', 15], 20], ['a×1', 'a×1', 'a×2']],
  [
    'a finding after the end closes the window by itself',
    [
      ['a', 0],
      ['a', 1],
      ['a', 2],
      ['a', 50],
    ],
    ['a×1', 'a×2', 'a×1'],
  ],
  ['keys do not mix', [['a', 0], ['b', 1], ['a', 2], ['b', 3], ['b', 4], 50], ['a×1', 'b×1', 'a×1', 'b×2']],
  ['flush closes all', [['a', 0], ['a', 1], ['b', 1], ['b', 2], 'flush'], ['a×1', 'b×1', 'a×1', 'b×1']],
]

test.each(CASES)('%s', (_, steps, lines) => {
  expect(fold(steps).lines).toEqual(lines)
})

test('a window of 0 passes everything on', () => {
  expect(
    fold(
      [
        ['a', 0],
        ['a', 0],
        ['a', 1],
      ],
      { windowNs: 0 },
    ).lines,
  ).toEqual(['a×1', 'a×1', 'a×1'])
})

test('the folded finding is the first repeat, with the events of the repeats', () => {
  const { out } = fold([['a', 0], ['a', 1], ['a', 2], 'flush'])
  expect(out[1]).toMatchObject({ id: 'a1', timeNs: 1, count: 2, eventIds: ['e1', 'e2'] })
})

test('without room the oldest window closes early, with its count', () => {
  const { lines, stats } = fold(
    [
      ['a', 0],
      ['a', 1],
      ['b', 2],
      ['c', 3],
      ['a', 4],
    ],
    { maxKeys: 2 },
  )
  expect(lines).toEqual(['a×1', 'b×1', 'c×1', 'a×1', 'a×1'])
  expect(stats).toMatchObject({ evicted: 2, open: 2 })
})

test('counts passed on always add up to what was taken', () => {
  const step = fc.oneof(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(200)), fc.nat(200))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 5 }), (steps, maxKeys) => {
      const { out, stats } = fold([...steps, 'flush'], { maxKeys })
      const taken = steps.filter((one) => Array.isArray(one)).length
      expect(out.reduce((sum, finding) => sum + finding.count, 0)).toBe(taken)
      expect(stats).toMatchObject({ taken, emitted: out.length, folded: taken - out.length, open: 0 })
    }),
  )
})
