import { SlidersHorizontal } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useIsPhone } from '../app/use-is-phone.ts'
import { Button } from './button.tsx'
import { Drawer } from './dialog.tsx'
import classes from './faceted.module.css'

export interface FacetedProps {
  /** FacetLists. */
  readonly facets: ReactNode
  /** How many of their values are chosen. */
  readonly chosen: number
  readonly onClear: () => void
  readonly children: ReactNode
}

/** A list with what narrows it at its side; on a phone behind a button. */
export function Faceted({ facets, chosen, onClear, children }: FacetedProps) {
  const isPhone = useIsPhone()
  const [isOpen, setOpen] = useState(false)
  const clear =
    chosen === 0 ? null : (
      <Button small look="quiet" onClick={onClear}>
        Clear filters
      </Button>
    )
  if (isPhone) {
    return (
      <div className={classes.stacked}>
        <div>
          <Button icon={SlidersHorizontal} onClick={() => setOpen(true)}>
            {chosen === 0 ? 'Filters' : `Filters (${chosen})`}
          </Button>
        </div>
        <Drawer isOpen={isOpen} onClose={() => setOpen(false)} title="Filters">
          <div className={classes.facets}>
            {clear}
            {facets}
          </div>
        </Drawer>
        {children}
      </div>
    )
  }
  return (
    <div className={classes.beside}>
      <aside aria-label="Filters" className={classes.side}>
        <div className={classes.facets}>
          {clear}
          {facets}
        </div>
      </aside>
      <div className={classes.stacked}>{children}</div>
    </div>
  )
}
