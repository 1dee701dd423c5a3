/** Puts a floating element (position: fixed) beside a place, inside the window. */
export interface Placement {
  /** The other side is taken where there is more room. */
  readonly side: 'top' | 'bottom'
  readonly align: 'start' | 'middle' | 'end'
}

const GAP = 6
const EDGE = 8

export function placeNear(floating: HTMLElement, anchor: DOMRect, { side, align }: Placement): void {
  const { width, height } = floating.getBoundingClientRect()
  const { innerWidth, innerHeight } = window
  const above = anchor.top - GAP - height
  const below = anchor.bottom + GAP
  const fitsAbove = above >= EDGE
  const fitsBelow = below + height <= innerHeight - EDGE
  const top = side === 'top' ? (fitsAbove || !fitsBelow ? above : below) : fitsBelow || !fitsAbove ? below : above
  const left = align === 'start' ? anchor.left : align === 'end' ? anchor.right - width : anchor.left + anchor.width / 2 - width / 2
  floating.style.top = `${Math.round(Math.max(EDGE, Math.min(top, innerHeight - height - EDGE)))}px`
  floating.style.left = `${Math.round(Math.max(EDGE, Math.min(left, innerWidth - width - EDGE)))}px`
}
