import type { LucideIcon } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react'
import { Kbd } from './kbd.tsx'
import classes from './menu.module.css'
import { placeNear } from './place-near.ts'

export interface MenuItem {
  readonly id: string
  readonly name: string
  readonly icon?: LucideIcon | undefined
  readonly shortcut?: string | undefined
  /** For menus in which one is chosen. */
  readonly isChosen?: boolean
  readonly isDangerous?: boolean
  /** A line above it. */
  readonly startsGroup?: boolean
  readonly onSelect: () => void
}

/** What the button that opens it has to carry. */
export interface MenuTrigger {
  readonly popoverTarget: string
  readonly 'aria-haspopup': 'menu'
  readonly 'aria-expanded': boolean
}

export interface MenuProps {
  readonly label: string
  readonly items: readonly MenuItem[]
  readonly align?: 'start' | 'end'
  /** Stands above the items: who is logged in, say. */
  readonly head?: ReactNode
  readonly trigger: (props: MenuTrigger) => ReactNode
}

/** A menu under its button. Arrows, Home, End and first letters move; Escape and a click elsewhere close (the browser's popover). */
export function Menu({ label, items, align = 'start', head, trigger }: MenuProps) {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const [isOpen, setOpen] = useState(false)

  function onToggle(open: boolean): void {
    setOpen(open)
    const button = document.querySelector(`[popovertarget="${CSS.escape(id)}"]`)
    if (!open || list.current === null || button === null) return
    placeNear(list.current, button.getBoundingClientRect(), { side: 'bottom', align })
    list.current.querySelector<HTMLElement>('[role^=menuitem]')?.focus()
  }

  return (
    <>
      {trigger({ popoverTarget: id, 'aria-haspopup': 'menu', 'aria-expanded': isOpen })}
      <div ref={list} id={id} popover="auto" className={classes.menu} onToggle={(event) => onToggle(event.newState === 'open')}>
        {head === undefined ? null : <div className={classes.head}>{head}</div>}
        <div role="menu" aria-label={label} onKeyDown={moveFocus}>
          {isOpen ? items.map((item) => <Item key={item.id} item={item} onSelect={() => list.current?.hidePopover()} />) : null}
        </div>
      </div>
    </>
  )
}

function Item({ item, onSelect }: { readonly item: MenuItem; readonly onSelect: () => void }) {
  const { icon: Icon, isChosen } = item
  return (
    <button
      type="button"
      role={isChosen === undefined ? 'menuitem' : 'menuitemradio'}
      aria-checked={isChosen}
      tabIndex={-1}
      className={classes.item}
      data-dangerous={item.isDangerous}
      data-starts-group={item.startsGroup}
      onPointerEnter={(event) => event.currentTarget.focus({ preventScroll: true })}
      onClick={() => {
        onSelect()
        item.onSelect()
      }}
    >
      {Icon === undefined ? null : <Icon size={14} aria-hidden />}
      <span className={classes.name}>{item.name}</span>
      {isChosen === true ? <span aria-hidden>✓</span> : null}
      {item.shortcut === undefined ? null : <Kbd keys={item.shortcut} />}
    </button>
  )
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role^=menuitem]')]
  const at = items.indexOf(document.activeElement as HTMLElement)
  const target = targetOf(event.key, at, items)
  if (target === undefined) return
  event.preventDefault()
  target.focus()
}

function targetOf(key: string, at: number, items: readonly HTMLElement[]): HTMLElement | undefined {
  if (key === 'ArrowDown' || key === 'Tab') return items[(at + 1) % items.length]
  if (key === 'ArrowUp') return items[(at - 1 + items.length) % items.length]
  if (key === 'Home') return items[0]
  if (key === 'End') return items.at(-1)
  if (key.length !== 1 || key === ' ') return undefined
  const turned = [...items.slice(at + 1), ...items.slice(0, at + 1)]
  return turned.find((item) => item.textContent?.toLowerCase().startsWith(key.toLowerCase()))
}
