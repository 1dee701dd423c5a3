import { FileSearch, Search, ShieldAlert } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import type { BoundAction } from '../actions/action.ts'
import { Dialog } from '../components/dialog.tsx'
import { Kbd } from '../components/kbd.tsx'
import { PAGES } from '../pages.ts'
import classes from './command-palette.module.css'
import { fuzzyMatch } from './fuzzy.ts'
import { setOverlay, useOverlay } from './overlays.ts'
import { useActionContext } from './session-context.ts'
import { runAction, useAllActions } from './use-actions.ts'

/** Everything that can be done here, found by a few letters; what is no command can be searched for. */
export function CommandPalette() {
  const isOpen = useOverlay() === 'palette'
  return (
    <Dialog isOpen={isOpen} onClose={() => setOverlay(undefined)} title="Commands" place="top" bare>
      <Palette />
    </Dialog>
  )
}

function Palette() {
  const id = useId()
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const context = useActionContext()
  const found = useFound(typed)
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.querySelector(`[data-at="${at}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [at])

  function choose(action: BoundAction | undefined): void {
    if (action === undefined) return
    setOverlay(undefined)
    runAction(action, context)
  }

  function onKey(event: KeyboardEvent): void {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (event.key === 'Enter') choose(found[at]?.action)
    else if (step !== 0) setAt((at + step + found.length) % Math.max(1, found.length))
    else return
    event.preventDefault()
  }

  return (
    <div className={classes.palette}>
      <div className={classes.field}>
        <Search size={16} aria-hidden />
        <input
          // The dialog was opened to type here.
          autoFocus
          type="text"
          role="combobox"
          aria-label="Command, page, or text to search for"
          aria-expanded
          aria-controls={`${id}-list`}
          aria-activedescendant={found[at] === undefined ? undefined : `${id}-${at}`}
          placeholder="Type a command, a page, or something to search for"
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value)
            setAt(0)
          }}
          onKeyDown={onKey}
        />
        <Kbd keys="Escape" />
      </div>
      <div ref={list} id={`${id}-list`} role="listbox" aria-label="Commands" className={classes.list}>
        {found.map(({ action, marks }, index) => {
          const isFirst = found[index - 1]?.action.group !== action.group
          return (
            <div key={action.id} role="presentation">
              {isFirst && typed === '' ? <p className={classes.group}>{action.group}</p> : null}
              {/* The field keeps the focus and takes the keys. */}
              <div
                id={`${id}-${index}`}
                data-at={index}
                role="option"
                tabIndex={-1}
                aria-selected={index === at}
                className={classes.option}
                onPointerMove={() => setAt(index)}
                onClick={() => choose(action)}
              >
                <action.icon size={15} aria-hidden />
                <span className={classes.name}>{marked(action.name, marks)}</span>
                {action.shortcut === undefined ? null : <Kbd keys={action.shortcut} />}
              </div>
            </div>
          )
        })}
      </div>
    </div>
  )
}

interface Found {
  readonly action: BoundAction
  readonly marks: readonly number[]
}

/** The best first; with nothing typed, all in the order of their groups. */
function useFound(typed: string): readonly Found[] {
  const actions = useAllActions()
  return useMemo(() => {
    if (typed.trim() === '') return actions.map((action) => ({ action, marks: [] }))
    const scored = actions.flatMap((action) => {
      const match =
        fuzzyMatch(typed, action.name) ?? (fuzzyMatch(typed, action.also ?? '') === undefined ? undefined : { score: -50, at: [] })
      return match === undefined ? [] : [{ action, marks: match.at, score: match.score }]
    })
    return [...scored.sort((a, b) => b.score - a.score), ...searches(typed.trim())]
  }, [actions, typed])
}

/** Pages that search, for what is no command. */
function searches(text: string): readonly Found[] {
  const entries = [
    { path: '/findings', name: `Search findings for “${text}”`, icon: ShieldAlert, url: `/findings?text=${encodeURIComponent(text)}` },
    { path: '/incidents', name: `Search incidents for “${text}”`, icon: FileSearch, url: `/incidents?text=${encodeURIComponent(text)}` },
  ]
  return entries
    .filter(({ path }) => PAGES.some((page) => page.path === path))
    .map(({ name, icon, url, path }) => ({
      action: { id: `search.${path}`, name, group: 'Go to', icon, permission: 'viewer', run: ({ goTo }) => goTo(url) },
      marks: [],
    }))
}

function marked(name: string, marks: readonly number[]) {
  if (marks.length === 0) return name
  return [...name].map((letter, index) => (marks.includes(index) ? <b key={`${index}`}>{letter}</b> : letter))
}
