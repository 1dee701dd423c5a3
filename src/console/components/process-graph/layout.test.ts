import { expect, test } from 'vitest'
import { buildForest, visibleRows } from './forest.ts'
import { COLUMN, firstAt, hitAt, LINE, layOut, NODE_HEIGHT, NODE_WIDTH } from './layout.ts'
import { sampleProcess } from './sample-process.ts'

/** 1 started 2, 3 and 4; 2 started 5. */
const { placed, width, height } = layOut(
  visibleRows(buildForest([sampleProcess(1, undefined), ...[2, 3, 4].map((pid) => sampleProcess(pid, 1)), sampleProcess(5, 2)]), {
    open: new Map([['2@1', true]]),
    unfolded: new Set(['1@1']),
  }),
)
const at = (pid: number) => placed.find(({ row }) => row.key === `${pid}@1`)

test('each generation has a column, each leaf a line, and a parent the line of its first child', () => {
  expect([1, 2, 5, 3, 4].map((pid) => [at(pid)?.x, at(pid)?.y])).toEqual([
    [0, 0],
    [COLUMN, 0],
    [2 * COLUMN, 0],
    [COLUMN, LINE],
    [COLUMN, 2 * LINE],
  ])
  expect([width, height]).toEqual([2 * COLUMN + NODE_WIDTH, 2 * LINE + NODE_HEIGHT])
})

test('the trunk of a parent ends at its last child', () => {
  expect([at(1)?.trunkTo, at(2)?.trunkTo]).toEqual([2 * LINE, 0])
})

test.each<[sentence: string, x: number, y: number, hit: [pid: number, isKnob: boolean] | undefined]>([
  ['a point in a node is that node', COLUMN + 5, LINE + 5, [3, false]],
  ['the round end of a node with children is told apart', NODE_WIDTH + 4, NODE_HEIGHT / 2, [1, true]],
  ['a node without children has no round end', COLUMN + NODE_WIDTH + 4, LINE + NODE_HEIGHT / 2, undefined],
  ['between the lines is nothing', COLUMN + 5, LINE - 3, undefined],
  ['below everything is nothing', 5, 10 * LINE, undefined],
])('%s', (_, x, y, hit) => {
  const found = hitAt(placed, x, y)
  expect(found === undefined ? undefined : [placed[found.index]?.row.key, found.isKnob]).toEqual(
    hit === undefined ? undefined : [`${hit[0]}@1`, hit[1]],
  )
})

test('the first place in sight is found among many lines', () => {
  const many = layOut(
    visibleRows(buildForest(Array.from({ length: 1000 }, (_, index) => sampleProcess(index + 1, undefined))), {
      open: new Map(),
      unfolded: new Set(),
    }),
  )
  expect([0, 1, LINE, 500 * LINE + 1, 5000 * LINE].map((y) => firstAt(many.placed, y))).toEqual([0, 1, 1, 501, 1000])
})
