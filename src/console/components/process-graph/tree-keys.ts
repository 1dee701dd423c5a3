/** What a key does in a tree, as ARIA has it for trees: up and down through what is seen, right into it, left out of it. */
import type { TreeRow } from './forest.ts'

export type TreeTarget = { readonly kind: 'go' | 'toggle' | 'open'; readonly row: TreeRow }

/** `at`: the place of the active row, -1 for none. Undefined for keys that are none of the tree's. */
export function targetOf(key: string, rows: readonly TreeRow[], at: number): TreeTarget | undefined {
  const row = rows[at]
  const go = (to: number): TreeTarget | undefined => {
    const next = rows[Math.max(0, Math.min(rows.length - 1, to))]
    return next === undefined ? undefined : { kind: 'go', row: next }
  }
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return go(at + 1)
    case 'ArrowUp':
    case 'k':
      return go(at - 1)
    case 'Home':
      return go(0)
    case 'End':
      return go(rows.length - 1)
    case 'ArrowRight':
      return row === undefined ? undefined : isClosed(row) ? { kind: 'toggle', row } : go(at + 1)
    case 'ArrowLeft':
      return row === undefined ? undefined : row.kind === 'process' && row.isOpen ? { kind: 'toggle', row } : go(parentOf(rows, at))
    case ' ':
      return row === undefined ? undefined : { kind: 'toggle', row }
    case 'Enter':
      return row === undefined ? undefined : { kind: 'open', row }
    default:
      return undefined
  }
}

const isClosed = (row: TreeRow): boolean => row.kind === 'fold' || (row.node.children.length > 0 && !row.isOpen)

function parentOf(rows: readonly TreeRow[], at: number): number {
  const depth = rows[at]?.depth ?? 0
  for (let index = at - 1; index >= 0; index--) if ((rows[index]?.depth ?? 0) < depth) return index
  return at
}
