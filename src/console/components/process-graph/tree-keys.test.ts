import { expect, test } from 'vitest'
import { buildForest, visibleRows } from './forest.ts'
import { sampleProcess } from './sample-process.ts'
import { targetOf } from './tree-keys.ts'

/** 1 (open) over 2 (open, over 3) and 4 (closed, over 5). */
const rows = visibleRows(
  buildForest([sampleProcess(1, undefined), sampleProcess(2, 1), sampleProcess(3, 2), sampleProcess(4, 1), sampleProcess(5, 4)]),
  {
    open: new Map([['4@1', false]]),
    unfolded: new Set(),
  },
)
const place = (pid: number): number => rows.findIndex(({ key }) => key === `${pid}@1`)

test.each<[sentence: string, key: string, from: number, kind: string | undefined, to: number]>([
  ['down goes to the next row', 'ArrowDown', 1, 'go', 2],
  ['j does, too', 'j', 1, 'go', 2],
  ['up goes to the row before', 'k', 2, 'go', 1],
  ['down at the end stays', 'ArrowDown', 4, 'go', 4],
  ['right opens what is closed', 'ArrowRight', 4, 'toggle', 4],
  ['right goes into what is open', 'ArrowRight', 1, 'go', 2],
  ['left closes what is open', 'ArrowLeft', 2, 'toggle', 2],
  ['left leaves for the parent', 'ArrowLeft', 3, 'go', 2],
  ['left of something closed leaves for the parent', 'ArrowLeft', 4, 'go', 1],
  ['Home is the first', 'Home', 4, 'go', 1],
  ['End is the last', 'End', 1, 'go', 4],
  ['Space toggles', ' ', 2, 'toggle', 2],
  ['Enter opens its page', 'Enter', 3, 'open', 3],
  ['another key is none of the tree’s', 'x', 3, undefined, 0],
])('%s', (_, key, from, kind, to) => {
  const target = targetOf(key, rows, place(from))
  expect(target === undefined ? undefined : [target.kind, target.row.key]).toEqual(kind === undefined ? undefined : [kind, `${to}@1`])
})
