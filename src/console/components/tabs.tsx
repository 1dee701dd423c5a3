import { type KeyboardEvent, type ReactNode, useId } from 'react'
import classes from './tabs.module.css'

export interface Tab {
  readonly id: string
  readonly name: string
  /** Behind the name, muted. */
  readonly count?: number | undefined
}

export interface TabsProps {
  readonly label: string
  readonly tabs: readonly Tab[]
  /** Of the URL: which one is shown. */
  readonly selected: string
  readonly onSelect: (id: string) => void
  /** What the selected one holds. */
  readonly children: ReactNode
}

export function Tabs({ label, tabs, selected, onSelect, children }: TabsProps) {
  const id = useId()
  return (
    <div className={classes.tabs}>
      <div role="tablist" aria-label={label} className={classes.list} onKeyDown={(event) => move(event, tabs, selected, onSelect)}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${id}-${tab.id}`}
            aria-selected={tab.id === selected}
            aria-controls={`${id}-panel`}
            tabIndex={tab.id === selected ? 0 : -1}
            className={classes.tab}
            onClick={() => onSelect(tab.id)}
          >
            {tab.name}
            {tab.count === undefined ? null : <span className={classes.count}>{tab.count}</span>}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${selected}`} className={classes.panel}>
        {children}
      </div>
    </div>
  )
}

function move(event: KeyboardEvent<HTMLElement>, tabs: readonly Tab[], selected: string, onSelect: (id: string) => void): void {
  const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
  if (step === 0) return
  const at = tabs.findIndex((tab) => tab.id === selected)
  const next = (at + step + tabs.length) % tabs.length
  onSelect(tabs[next]?.id ?? selected)
  event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus()
}
