/** The canvas of the picture: as large as its place, sharp, drawn at most once per frame, in the colours of the theme. */
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { useIsDark } from '../../app/theme.ts'
import { draw, PALETTE_NAMES, type Palette, type Scene, type View } from './draw.ts'
import type { Size } from './viewport.ts'

export type SceneParts = Pick<Scene, 'layout' | 'active' | 'pointed' | 'focus'>

export interface Canvas {
  readonly ref: RefObject<HTMLCanvasElement | null>
  readonly size: Size | undefined
  readonly view: RefObject<View>
  /** Shows another part, without rendering anything anew. */
  readonly setView: (view: View) => void
}

export function useCanvas(parts: SceneParts): Canvas {
  const ref = useRef<HTMLCanvasElement>(null)
  const view = useRef<View>({ x: 0, y: 0, scale: 1 })
  const frame = useRef(0)
  const size = useSizeOf(ref)
  const isDark = useIsDark()
  const drawNow = useRef<() => void>(undefined)
  const request = useCallback(() => {
    cancelAnimationFrame(frame.current)
    frame.current = requestAnimationFrame(() => drawNow.current?.())
  }, [])

  useEffect(() => {
    const canvas = ref.current
    const context = canvas?.getContext('2d')
    if (canvas === null || context === null || context === undefined || size === undefined) return
    const pixelRatio = window.devicePixelRatio
    const [width, height] = [Math.round(size.width * pixelRatio), Math.round(size.height * pixelRatio)]
    if (canvas.width !== width) canvas.width = width
    if (canvas.height !== height) canvas.height = height
    const palette = paletteOf(canvas, isDark)
    drawNow.current = () => draw(context, { ...parts, ...size, view: view.current, palette, pixelRatio })
    request()
  }, [parts, size, isDark, request])
  useEffect(() => {
    // Words that were drawn before their font was there would stay in another.
    void document.fonts.ready.then(request)
    return () => cancelAnimationFrame(frame.current)
  }, [request])

  const setView = useCallback(
    (next: View) => {
      view.current = next
      request()
    },
    [request],
  )
  return { ref, size, view, setView }
}

function useSizeOf(ref: RefObject<HTMLCanvasElement | null>): Size | undefined {
  const [size, setSize] = useState<Size>()
  useEffect(() => {
    const place = ref.current?.parentElement
    if (place === null || place === undefined) return
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setSize({ width: entry.contentRect.width, height: entry.contentRect.height })
    })
    observer.observe(place)
    return () => observer.disconnect()
  }, [ref])
  return size
}

let known: { readonly isDark: boolean; readonly palette: Palette } | undefined

/** Tokens hold both themes (`light-dark()`): what they come to is asked of an element that has them as its colour. */
function paletteOf(canvas: HTMLCanvasElement, isDark: boolean): Palette {
  if (known?.isDark === isDark) return known.palette
  const probe = document.createElement('span')
  canvas.parentElement?.append(probe)
  const entries = PALETTE_NAMES.map((name) => {
    probe.style.color = `var(--${name})`
    return [name, getComputedStyle(probe).color] as const
  })
  probe.remove()
  known = { isDark, palette: Object.fromEntries(entries) as Palette }
  return known.palette
}
