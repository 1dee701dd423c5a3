/** Where the rows of a tree stand in its picture: from left to right, each parent on the line of its first child. */
import type { TreeRow } from './forest.ts'

export interface Placed {
  readonly row: TreeRow
  readonly x: number
  readonly y: number
  /** Place in the list of its parent; -1 for roots. */
  readonly parent: number
  /** Line of its last child, where the trunk to them ends; its own line without children. */
  readonly trunkTo: number
}

/** px, before zoom. */
export const NODE_WIDTH = 196
export const NODE_HEIGHT = 40
export const COLUMN = NODE_WIDTH + 44
export const LINE = NODE_HEIGHT + 10

export interface Layout {
  /** As the rows: parents before children, so that y never falls. */
  readonly placed: readonly Placed[]
  readonly width: number
  readonly height: number
}

export function layOut(rows: readonly TreeRow[]): Layout {
  const placed: { row: TreeRow; x: number; y: number; parent: number; trunkTo: number }[] = []
  const byDepth: number[] = []
  const least = rows[0]?.depth ?? 0
  let line = 0
  let deepest = 0
  for (const [index, row] of rows.entries()) {
    const isLeaf = (rows[index + 1]?.depth ?? -1) <= row.depth
    const parent = row.depth === least ? -1 : (byDepth[row.depth - 1] ?? -1)
    const y = line * LINE
    placed.push({ row, x: (row.depth - least) * COLUMN, y, parent, trunkTo: y })
    const above = placed[parent]
    if (above !== undefined) above.trunkTo = y
    byDepth[row.depth] = index
    deepest = Math.max(deepest, row.depth - least)
    if (isLeaf) line++
  }
  return { placed, width: deepest * COLUMN + NODE_WIDTH, height: Math.max(0, line * LINE - (LINE - NODE_HEIGHT)) }
}

/** The first place whose y is not above `y`. */
export function firstAt(placed: readonly Placed[], y: number): number {
  let [low, high] = [0, placed.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((placed[middle]?.y ?? 0) < y) low = middle + 1
    else high = middle
  }
  return low
}

/** What stands at a point, in px of the picture before zoom; `knob`: the round thing at its right end that opens and closes. */
export function hitAt(placed: readonly Placed[], x: number, y: number): { readonly index: number; readonly isKnob: boolean } | undefined {
  for (let index = firstAt(placed, y - NODE_HEIGHT); index < placed.length; index++) {
    const one = placed[index]
    if (one === undefined || one.y > y) return undefined
    const isKnob = hasKnob(one.row) && Math.hypot(x - one.x - NODE_WIDTH, y - one.y - NODE_HEIGHT / 2) <= KNOB_REACH
    if (isKnob || (x >= one.x && x <= one.x + NODE_WIDTH && y <= one.y + NODE_HEIGHT)) return { index, isKnob }
  }
  return undefined
}

const KNOB_REACH = 13

export const hasKnob = (row: TreeRow): boolean => row.kind === 'process' && row.node.children.length > 0
