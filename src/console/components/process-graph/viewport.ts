/** What part of the picture is seen: moved by dragging, zoomed around a point, kept where something of it stays in sight. */
import type { View } from './draw.ts'
import { type Layout, NODE_HEIGHT, NODE_WIDTH, type Placed } from './layout.ts'

export interface Size {
  readonly width: number
  readonly height: number
}

const LEAST = 0.08
const MOST = 1.8
const EDGE = 20
/** Smaller letters cannot be read: rather a part than all of it. */
const READABLE = 0.62
/** Where not all of it fits. */
const FIRST = 0.78

/** Never so far that nothing is left to see. */
export function kept(view: View, layout: Layout, { width, height }: Size): View {
  const reach = 80
  const x = Math.min(width - reach, Math.max(reach - layout.width * view.scale, view.x))
  const y = Math.min(height - reach, Math.max(reach - layout.height * view.scale, view.y))
  return { ...view, x, y }
}

/** `at`: the point of the element that stays where it is. */
export function zoomed(view: View, factor: number, at: { readonly x: number; readonly y: number }): View {
  const scale = Math.min(MOST, Math.max(LEAST, view.scale * factor))
  const ratio = scale / view.scale
  return { scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio }
}

/** Everything, where it can still be read; else the part around `around`. */
export function fitted(layout: Layout, size: Size, around: Placed | undefined): View {
  const scale = Math.min(1, (size.width - 2 * EDGE) / Math.max(1, layout.width), (size.height - 2 * EDGE) / Math.max(1, layout.height))
  if (scale >= READABLE) return { scale, x: EDGE, y: Math.max(EDGE, (size.height - layout.height * scale) / 2) }
  if (around === undefined) return { scale: FIRST, x: EDGE, y: EDGE }
  return begunAt({ scale: FIRST, x: 0, y: 0 }, around, size, layout)
}

/** All of it, however small. */
export function whole(layout: Layout, size: Size): View {
  const scale = Math.max(
    LEAST,
    Math.min(1, (size.width - 2 * EDGE) / Math.max(1, layout.width), (size.height - 2 * EDGE) / Math.max(1, layout.height)),
  )
  return { scale, x: (size.width - layout.width * scale) / 2, y: Math.max(EDGE, (size.height - layout.height * scale) / 2) }
}

/** The node in the left third: what it did lies to its right. */
function begunAt(view: View, { x, y }: Placed, size: Size, layout: Layout): View {
  const atX = size.width / 3 - (x + NODE_WIDTH / 2) * view.scale
  const atY = size.height / 2 - (y + NODE_HEIGHT / 2) * view.scale
  const fitsX = layout.width * view.scale <= size.width - 2 * EDGE
  const fitsY = layout.height * view.scale <= size.height - 2 * EDGE
  return { ...view, x: fitsX ? EDGE : Math.min(EDGE, atX), y: fitsY ? EDGE : Math.min(EDGE, atY) }
}

/** Moved as little as brings the node into sight; from too far away to read it, closer as well. */
export function showing(view: View, { x, y }: Placed, { width, height }: Size): View {
  if (view.scale < READABLE)
    return { scale: FIRST, x: width / 2 - (x + NODE_WIDTH / 2) * FIRST, y: height / 2 - (y + NODE_HEIGHT / 2) * FIRST }
  const [left, right] = [x * view.scale + view.x, (x + NODE_WIDTH) * view.scale + view.x]
  const [top, bottom] = [y * view.scale + view.y, (y + NODE_HEIGHT) * view.scale + view.y]
  const dx = left < EDGE ? EDGE - left : right > width - EDGE ? Math.max(width - EDGE - right, EDGE - left) : 0
  const dy = top < EDGE ? EDGE - top : bottom > height - EDGE ? height - EDGE - bottom : 0
  return { ...view, x: view.x + dx, y: view.y + dy }
}
