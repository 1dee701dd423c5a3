import { useEffect, useRef } from 'react'
import { placeNear } from './place-near.ts'
import classes from './tooltips.module.css'

const DELAY_MS = 350

/**
 * The tips of the whole console, one element for all: whatever has `data-tip` gets its text on hover and focus, whatever has
 * `data-tip-if-cut` its own text when it is cut off. Escape hides. Mounted once.
 */
export function Tooltips() {
  const tip = useRef<HTMLDivElement>(null)
  useEffect(() => (tip.current === null ? undefined : followPointer(tip.current)), [])
  return <div ref={tip} popover="manual" role="tooltip" className={classes.tip} />
}

function followPointer(tip: HTMLDivElement): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let shownFor: Element | undefined

  function hide(): void {
    clearTimeout(timer)
    shownFor = undefined
    if (tip.matches(':popover-open')) tip.hidePopover()
  }

  function show(element: Element): void {
    const text = textOf(element)
    if (text === undefined || !element.isConnected) return
    tip.textContent = text
    // Shown anew, it lies above a dialog that was opened since.
    if (tip.matches(':popover-open')) tip.hidePopover()
    tip.showPopover()
    placeNear(tip, element.getBoundingClientRect(), { side: 'top', align: 'middle' })
  }

  function consider(event: Event, delayMs: number): void {
    const element = (event.target as Element | null)?.closest?.('[data-tip], [data-tip-if-cut]') ?? undefined
    if (element === shownFor) return
    hide()
    if (element === undefined) return
    shownFor = element
    timer = setTimeout(() => show(element), delayMs)
  }

  const onOver = (event: Event): void => {
    if ((event as PointerEvent).pointerType !== 'touch') consider(event, DELAY_MS)
  }
  const onFocus = (event: Event): void => {
    if ((event.target as Element).matches(':focus-visible')) consider(event, 0)
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') hide()
  }
  const stop = new AbortController()
  const options = { signal: stop.signal, passive: true }
  document.addEventListener('pointerover', onOver, options)
  document.addEventListener('focusin', onFocus, options)
  document.addEventListener('focusout', hide, options)
  document.addEventListener('pointerdown', hide, options)
  document.addEventListener('scroll', hide, { ...options, capture: true })
  document.addEventListener('keydown', onKey, options)
  return () => {
    hide()
    stop.abort()
  }
}

function textOf(element: Element): string | undefined {
  const given = element.getAttribute('data-tip')
  if (given !== null) return given === '' ? undefined : given
  const isCut = element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight + 1
  return isCut ? (element.textContent ?? undefined)?.slice(0, 600) : undefined
}
