/** The state of the condition bar: what is written, where the cursor stands, what is offered there, and the keys. */
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { ApiDiagnostic } from '../../../api/services.ts'
import type { Offer } from '../../language/completion.ts'
import type { ConditionBarProps } from './condition-bar.tsx'
import { spanOf } from './condition-segments.ts'
import { putIn } from './offers.ts'
import { useConditionCheck } from './use-condition-check.ts'
import { useOffers } from './use-offers.ts'

const LINE_GAP_PX = 9

export function useConditionBar({ condition, range, onRun }: ConditionBarProps) {
  const [draft, setDraft] = useState(condition)
  const [cursor, setCursor] = useState(condition.length)
  const [wantsOffers, setWantsOffers] = useState(false)
  const [active, setActive] = useState(-1)
  const field = useRef<HTMLTextAreaElement>(null)
  const marker = useRef<HTMLSpanElement>(null)
  const [at, setAt] = useState({ left: 0, top: 0 })
  const putCursor = usePutCursor(field, draft)
  useEffect(() => {
    setDraft(condition)
    setWantsOffers(false)
  }, [condition])

  const diagnostics = useConditionCheck(draft)
  const { place, offers } = useOffers({ text: draft, cursor }, range, wantsOffers)
  const isOpen = wantsOffers && offers.length > 0
  useLayoutEffect(() => {
    const mark = marker.current
    if (isOpen && mark !== null && place.from >= 0) setAt({ left: mark.offsetLeft, top: mark.offsetTop + mark.offsetHeight + LINE_GAP_PX })
  }, [isOpen, place.from])

  function write(text: string, to: number, goesOn: boolean): void {
    setDraft(text)
    setCursor(to)
    setActive(-1)
    setWantsOffers(goesOn)
  }

  function take(offer: Offer): void {
    const written = putIn({ text: draft, cursor }, place, offer)
    putCursor(written.cursor)
    write(written.text, written.cursor, offer.goesOn || offer.cursorBack > 0)
  }

  function run(): void {
    setWantsOffers(false)
    if (!diagnostics.some(({ severity }) => severity === 'error')) onRun(draft.trim())
  }

  function onKey(event: KeyboardEvent<HTMLTextAreaElement>): void {
    if (event.nativeEvent.isComposing || event.altKey) return
    const act = keyAct(event)
    if (act === undefined) return
    event.preventDefault()
    act()
  }

  /** What a key does here, or undefined where it does what it always does. */
  function keyAct({ key, ctrlKey, metaKey, shiftKey }: KeyboardEvent): (() => void) | undefined {
    const chosen = offers[isOpen ? Math.max(0, active) : -1]
    const isPlain = !ctrlKey && !metaKey && !shiftKey
    if (key === ' ' && ctrlKey) return () => setWantsOffers(true)
    if (key === 'Enter') return isOpen && active >= 0 && chosen !== undefined ? () => take(chosen) : run
    if (!isPlain) return undefined
    if (key === 'Escape') return isOpen ? () => setWantsOffers(false) : () => field.current?.blur()
    if (chosen === undefined) return key === 'ArrowDown' && cursor === draft.length ? () => setWantsOffers(true) : undefined
    if (key === 'Tab') return () => take(chosen)
    if (key === 'ArrowDown') return () => setActive((active + 1) % offers.length)
    if (key === 'ArrowUp') return () => setActive(active <= 0 ? offers.length - 1 : active - 1)
    return undefined
  }

  return {
    /** What is said in words: not of the word that is being written, while there is help for it. */
    told: isOpen ? diagnostics.filter((one) => spanOf(draft, one).end < place.from) : diagnostics,
    ...{ draft, diagnostics, place, offers, isOpen, active, at, field, marker, onKey, take, run },
    type: ({ value, selectionStart }: HTMLTextAreaElement) => write(value.replaceAll(/\s*\n\s*/g, ' '), selectionStart, true),
    /** The cursor was put somewhere else, by a click or an arrow. */
    moveTo: (to: number) => {
      if (to === cursor) return
      setCursor(to)
      setActive(-1)
      setWantsOffers(false)
    },
    close: () => setWantsOffers(false),
    clear: () => {
      write('', 0, false)
      onRun('')
      field.current?.focus()
    },
    goTo: (diagnostic: ApiDiagnostic) => {
      const { start, end } = spanOf(draft, diagnostic)
      field.current?.focus()
      field.current?.setSelectionRange(start, end)
    },
  }
}

/** Puts the cursor where it belongs once the text that was written is in the field. */
function usePutCursor(field: { readonly current: HTMLTextAreaElement | null }, draft: string): (to: number) => void {
  const wanted = useRef<number>(undefined)
  useLayoutEffect(() => {
    if (wanted.current === undefined || field.current?.value !== draft) return
    field.current.setSelectionRange(wanted.current, wanted.current)
    wanted.current = undefined
  }, [draft, field])
  return (to) => {
    wanted.current = to
  }
}
