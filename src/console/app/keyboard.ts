/** One listener for the keys of the whole console: shortcuts of actions (`g n`, `?`, `mod+k`), and the way into rows and search. */
import { useEffect } from 'react'

export interface Binding {
  /** Keys one after the other (`g n`), or one with `mod+` (Ctrl, Cmd on a Mac) before it. As `KeyboardEvent.key`, letters in lower case. */
  readonly keys: string
  readonly run: () => void
}

/** Those of the innermost page come last and win. */
const layers: (readonly Binding[])[] = []
const SEQUENCE_MS = 1200

/** Bindings hold while the component is there. */
export function useBindings(bindings: readonly Binding[]): void {
  useEffect(() => {
    layers.push(bindings)
    return () => {
      layers.splice(layers.indexOf(bindings), 1)
    }
  }, [bindings])
}

/** Listens on the document; returns how to stop. Call it once. */
export function listenForKeys(): () => void {
  let prefix: { readonly key: string; readonly time: number } | undefined
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return
    const pressed = keyText(event)
    const isModified = pressed.startsWith('mod+')
    if (!isModified && (event.altKey || event.ctrlKey || event.metaKey || isTyping(event.target) || isDialogOpen())) return
    const before = prefix !== undefined && event.timeStamp - prefix.time < SEQUENCE_MS ? `${prefix.key} ` : ''
    const found = bindingOf(`${before}${pressed}`) ?? bindingOf(pressed)
    prefix = found === undefined && startsSequence(pressed) ? { key: pressed, time: event.timeStamp } : undefined
    if (found !== undefined) {
      event.preventDefault()
      found.run()
      return
    }
    if (focusesRows(pressed) || (pressed === '/' && focusFirst('[data-search]'))) event.preventDefault()
  }
  document.addEventListener('keydown', onKey)
  return () => document.removeEventListener('keydown', onKey)
}

function keyText(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  return event.ctrlKey || event.metaKey ? `mod+${key}` : key
}

const bindingOf = (keys: string): Binding | undefined => layers.flat().findLast((binding) => binding.keys === keys)

const startsSequence = (key: string): boolean => layers.flat().some((binding) => binding.keys.startsWith(`${key} `))

/** j and k go into the first list of rows that the page has; there the list itself takes them. */
function focusesRows(key: string): boolean {
  if (key !== 'j' && key !== 'k') return false
  return document.activeElement?.closest('[data-rows]') == null && focusFirst('[data-rows]')
}

function focusFirst(selector: string): boolean {
  const found = [...document.querySelectorAll<HTMLElement>(selector)].find((element) => element.checkVisibility())
  found?.focus()
  return found !== undefined
}

const isDialogOpen = (): boolean => document.querySelector('dialog[open]') !== null

/** Whether the key belongs to something that is written in. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
}
