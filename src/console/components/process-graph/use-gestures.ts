/** Dragging, pinching, the wheel and clicks on the picture. Ctrl and wheel zoom (so do two fingers on a trackpad); the wheel alone scrolls the page. */
import { type PointerEvent, type RefObject, useEffect, useRef } from 'react'
import type { View } from './draw.ts'
import { zoomed } from './viewport.ts'

export interface GestureTarget {
  readonly element: RefObject<HTMLElement | null>
  readonly view: RefObject<View>
  readonly setView: (view: View) => void
  /** Points are px of the element. */
  readonly onClick: (at: Point) => void
  readonly onPoint: (at: Point | undefined) => void
}

export interface Point {
  readonly x: number
  readonly y: number
}

/** A hand trembles so far without dragging. */
const STILL = 4

export function useGestures({ element, view, setView, onClick, onPoint }: GestureTarget) {
  const pointers = useRef(new Map<number, Point>())
  const moved = useRef(0)
  const at = (event: { readonly clientX: number; readonly clientY: number }): Point => {
    const box = element.current?.getBoundingClientRect()
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) }
  }

  useEffect(() => {
    const place = element.current
    // React listens passively: it could not keep the browser from zooming the whole page.
    const onWheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return
      event.preventDefault()
      const box = place?.getBoundingClientRect()
      const point = { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) }
      setView(zoomed(view.current, Math.exp(-event.deltaY * (event.deltaMode === 0 ? 0.004 : 0.08)), point))
    }
    place?.addEventListener('wheel', onWheel, { passive: false })
    return () => place?.removeEventListener('wheel', onWheel)
  }, [element, view, setView])

  function onPointerDown(event: PointerEvent<HTMLElement>): void {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    pointers.current.set(event.pointerId, at(event))
    if (pointers.current.size === 1) moved.current = 0
  }

  function onPointerMove(event: PointerEvent<HTMLElement>): void {
    const before = pointers.current.get(event.pointerId)
    const now = at(event)
    if (before === undefined) {
      onPoint(now)
      return
    }
    pointers.current.set(event.pointerId, now)
    moved.current += Math.hypot(now.x - before.x, now.y - before.y)
    if (moved.current < STILL) return
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1]
    if (other === undefined) setView({ ...view.current, x: view.current.x + now.x - before.x, y: view.current.y + now.y - before.y })
    else setView(zoomed(view.current, distance(now, other) / Math.max(1, distance(before, other)), middle(now, other)))
  }

  function onPointerUp(event: PointerEvent<HTMLElement>): void {
    const wasDown = pointers.current.delete(event.pointerId)
    if (wasDown && moved.current < STILL && event.type === 'pointerup') onClick(at(event))
  }

  return { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp, onPointerLeave: () => onPoint(undefined) }
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y)
const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 })
