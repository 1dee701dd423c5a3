import { expect, test } from 'vitest'
import { buildForest, foldedCount, type TreeRow, type Unfolding, visibleRows } from './forest.ts'
import { sampleProcess } from './sample-process.ts'

const NOTHING: Unfolding = { open: new Map(), unfolded: new Set() }
const told = (rows: readonly TreeRow[]): string[] =>
  rows.map(
    (row) =>
      `${'.'.repeat(row.depth)}${row.kind === 'fold' ? `+${foldedCount(row.nodes)}` : row.node.process.pid}${row.kind === 'process' && row.isOpen ? '-' : ''}`,
  )

/** 1 started 2 to 6; 3 started 30, which found something; 4 started 40. */
const FAMILY = [
  sampleProcess(1, undefined),
  ...[2, 3, 4, 5, 6].map((pid) => sampleProcess(pid, 1)),
  sampleProcess(30, 3, { findings: 2 }),
  sampleProcess(40, 4),
]

test.each<[sentence: string, unfolding: Partial<Unfolding>, focus: string | undefined, rows: string[]]>([
  ['what leads to findings is open, and their brothers are folded, counted with those below', {}, undefined, ['1-', '.3-', '..30', '.+5']],
  ['a focus is shown although nothing was found there', {}, '4@1', ['1-', '.3-', '..30', '.4-', '..40', '.+3']],
  ['a fold tells each when it is opened', { unfolded: new Set(['1@1']) }, undefined, ['1-', '.2', '.3-', '..30', '.4', '.5', '.6']],
  ['a process that was closed stays closed', { open: new Map([['1@1', false]]) }, undefined, ['1']],
  ['a process that was opened leaves its fold', { open: new Map([['4@1', true]]) }, undefined, ['1-', '.3-', '..30', '.4-', '..40', '.+3']],
])('%s', (_, unfolding, focus, rows) => {
  expect(told(visibleRows(buildForest(FAMILY), { ...NOTHING, ...unfolding }, focus))).toEqual(rows)
})

test('without findings the first generations are open', () => {
  const chain = [1, 2, 3, 4, 5, 6].map((pid) => sampleProcess(pid, pid - 1))
  expect(told(visibleRows(buildForest(chain), NOTHING))).toEqual(['1-', '.2-', '..3-', '...4'])
})

test('children come in the order in which they were started, whatever the order they were told in', () => {
  const processes = [sampleProcess(3, 1), sampleProcess(2, 1), sampleProcess(1, undefined)]
  expect(told(visibleRows(buildForest(processes), NOTHING))).toEqual(['1-', '.2', '.3'])
})

test('a ring of parents does not hang, and shows everybody', () => {
  const forest = buildForest([sampleProcess(1, 3), sampleProcess(2, 1), sampleProcess(3, 2)])
  expect(told(visibleRows(forest, NOTHING))).toHaveLength(3)
})

test('a chain of fifty thousand is no deeper than the memory of the machine', () => {
  const forest = buildForest(Array.from({ length: 50_000 }, (_, pid) => sampleProcess(pid + 1, pid, { findings: pid === 49_999 ? 1 : 0 })))
  expect(forest.roots[0]).toMatchObject({ size: 49_999, findingsBelow: 1 })
  expect(visibleRows(forest, NOTHING).at(-1)?.depth).toBe(49_999)
})
