import { Maximize, Minus, Plus } from 'lucide-react'
import { type KeyboardEvent, useCallback, useEffect, useId, useMemo, useRef, useState } from 'react'
import { IconButton } from '../icon-button.tsx'
import type { View } from './draw.ts'
import { foldedCount, type TreeRow } from './forest.ts'
import { hitAt, type Layout, layOut, type Placed } from './layout.ts'
import classes from './process-graph.module.css'
import { ProcessLine } from './process-line.tsx'
import { targetOf } from './tree-keys.ts'
import { useCanvas } from './use-canvas.ts'
import { type Point, useGestures } from './use-gestures.ts'
import type { TreeRows } from './use-tree-rows.ts'
import { fitted, kept, showing, whole, zoomed } from './viewport.ts'

export interface ProcessGraphProps extends TreeRows {
  readonly label: string
  /** The process that the picture is about: marked, and in sight at first. */
  readonly focus?: string | undefined
  /** Click or Enter on a process. */
  readonly onOpen: (processKey: string) => void
}

/**
 * A tree of processes as a picture, from left to right: drag to move, Ctrl and wheel to zoom, the round ends open and close. Arrows walk
 * through it, Enter opens. Painted on a canvas, so that thousands stay fluid; what is active is also in the page, for those who do not see it.
 */
export function ProcessGraph({ rows, toggle, resets, label, focus, onOpen }: ProcessGraphProps) {
  const id = useId()
  const place = useRef<HTMLDivElement>(null)
  const layout = useMemo(() => layOut(rows), [rows])
  const [active, setActive] = useState<string>()
  const [pointed, setPointed] = useState<string>()
  const canvas = useCanvas(useMemo(() => ({ layout, active, pointed, focus }), [layout, active, pointed, focus]))
  const { size, view } = canvas
  const setView = useCallback(
    (next: typeof view.current) => canvas.setView(size === undefined ? next : kept(next, layout, size)),
    [canvas.setView, layout, size],
  )
  useFirstView({ layout, focus, resets, canvas, setView })

  const rowAt = (at: Point) => {
    const hit = hitAt(layout.placed, (at.x - view.current.x) / view.current.scale, (at.y - view.current.y) / view.current.scale)
    return hit === undefined ? undefined : { row: rows[hit.index], isKnob: hit.isKnob }
  }
  const gestures = useGestures({
    element: place,
    view,
    setView,
    onPoint: (at) => setPointed(at === undefined ? undefined : rowAt(at)?.row?.key),
    onClick: (at) => {
      const hit = rowAt(at)
      if (hit?.row === undefined) return
      setActive(hit.row.key)
      if (hit.isKnob || hit.row.kind === 'fold') toggle(hit.row)
      else onOpen(hit.row.key)
    },
  })

  function go(row: TreeRow | undefined): void {
    if (row === undefined || size === undefined) return
    setActive(row.key)
    const placed = layout.placed[rows.indexOf(row)]
    if (placed !== undefined) setView(showing(view.current, placed, size))
  }

  function onKey(event: KeyboardEvent): void {
    const at = rows.findIndex(({ key }) => key === active)
    const target = targetOf(event.key, rows, at)
    if (event.ctrlKey || event.metaKey || event.altKey || target === undefined) return
    event.preventDefault()
    if (target.kind === 'go') go(target.row)
    else if (target.kind === 'toggle' || target.row.kind === 'fold') toggle(target.row)
    else onOpen(target.row.key)
  }

  const zoom = (factor: number): void => {
    if (size !== undefined) setView(zoomed(view.current, factor, { x: size.width / 2, y: size.height / 2 }))
  }
  const told = rows.find(({ key }) => key === (pointed ?? active)) ?? rows.find(({ key }) => key === focus)
  return (
    <div className={classes.graph}>
      <div
        ref={place}
        role="tree"
        aria-label={label}
        aria-activedescendant={active === undefined ? undefined : `${id}-active`}
        data-rows
        tabIndex={0}
        className={classes.place}
        data-points={pointed !== undefined}
        onKeyDown={onKey}
        onFocus={() => active === undefined && setActive(focus ?? rows[0]?.key)}
        {...gestures}
      >
        <canvas ref={canvas.ref} aria-hidden className={classes.canvas} />
        <ActiveItem id={`${id}-active`} row={rows.find(({ key }) => key === active) ?? rows[0]} />
      </div>
      <div className={classes.zoom}>
        <IconButton icon={Plus} label="Zoom in" small onClick={() => zoom(1.35)} />
        <IconButton icon={Minus} label="Zoom out" small onClick={() => zoom(1 / 1.35)} />
        <IconButton icon={Maximize} label="Show everything" small onClick={() => size !== undefined && setView(whole(layout, size))} />
      </div>
      <div className={classes.told}>{told === undefined ? null : <ProcessLine row={told} />}</div>
    </div>
  )
}

interface FirstView {
  readonly layout: Layout
  readonly focus: string | undefined
  readonly resets: number
  readonly canvas: ReturnType<typeof useCanvas>
  readonly setView: (view: View) => void
}

/** Begins where it matters, once the place has a size, and anew after a reset; else what is seen stays where it is. */
function useFirstView({ layout, focus, resets, canvas: { size, view }, setView }: FirstView): void {
  const begun = useRef(-1)
  useEffect(() => {
    if (size === undefined || size.width === 0 || layout.placed.length === 0) return
    if (begun.current === resets) {
      setView(view.current)
      return
    }
    begun.current = resets
    const isFound = ({ row }: Placed): boolean => row.kind === 'process' && row.node.process.findings > 0
    setView(fitted(layout, size, layout.placed.find(({ row }) => row.key === focus) ?? layout.placed.find(isFound)))
  }, [layout, size, focus, resets, setView, view])
}

/** What is active, as an item of a tree, for those who do not see the picture. */
function ActiveItem({ id, row }: { readonly id: string; readonly row: TreeRow | undefined }) {
  if (row === undefined) return null
  const isOpen = row.kind === 'process' && row.node.children.length > 0 ? row.isOpen : undefined
  const text =
    row.kind === 'fold'
      ? `${foldedCount(row.nodes)} processes without findings, folded`
      : `${row.node.process.name}, process ${row.node.process.pid}, ${row.node.process.findings} findings, ${row.node.children.length} children`
  return (
    <div id={id} role="treeitem" aria-level={row.depth + 1} aria-expanded={isOpen} aria-selected tabIndex={-1} className="visually-hidden">
      {text}
    </div>
  )
}
