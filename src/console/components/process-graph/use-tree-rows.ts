/** The rows of a tree of processes, and what the reader opens and closes in it. The picture and the list show the same. */
import { useCallback, useMemo, useState } from 'react'
import type { StoredProcess } from '../../../store/state-store.ts'
import { buildForest, type TreeRow, type Unfolding, visibleRows } from './forest.ts'

export interface TreeRows {
  readonly rows: readonly TreeRow[]
  /** Opens or closes a process; tells the processes of a fold one by one. */
  readonly toggle: (row: TreeRow) => void
  readonly openAll: () => void
  /** Back to what leads to findings. */
  readonly reset: () => void
  /** How often that was done: the picture begins anew then. */
  readonly resets: number
}

const NOTHING: Unfolding = { open: new Map(), unfolded: new Set() }

export function useTreeRows(processes: readonly StoredProcess[], focus?: string): TreeRows {
  const forest = useMemo(() => buildForest(processes), [processes])
  const [unfolding, setUnfolding] = useState(NOTHING)
  const rows = useMemo(() => visibleRows(forest, unfolding, focus), [forest, unfolding, focus])
  const toggle = useCallback((row: TreeRow) => setUnfolding((before) => toggled(before, row)), [])
  const openAll = useCallback(() => {
    const keys = [...forest.byKey.keys()]
    setUnfolding({ open: new Map(keys.map((key) => [key, true])), unfolded: new Set(keys) })
  }, [forest])
  const [resets, setResets] = useState(0)
  const reset = useCallback(() => {
    setUnfolding(NOTHING)
    setResets((before) => before + 1)
  }, [])
  return { rows, toggle, openAll, reset, resets }
}

function toggled({ open, unfolded }: Unfolding, row: TreeRow): Unfolding {
  if (row.kind === 'fold') return { open, unfolded: new Set(unfolded).add(row.of.process.processKey) }
  if (row.node.children.length === 0) return { open, unfolded }
  return { open: new Map(open).set(row.key, !row.isOpen), unfolded }
}
