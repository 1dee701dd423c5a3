import type { ReactNode } from 'react'
import classes from './toolbar.module.css'

/** What narrows a list, in one line above it; `end` stands at the right. */
export function Toolbar({ children, end }: { readonly children: ReactNode; readonly end?: ReactNode }) {
  return (
    <div className={classes.toolbar}>
      {children}
      {end === undefined ? null : <div className={classes.end}>{end}</div>}
    </div>
  )
}

/** A table that takes what the window leaves, and scrolls by itself. */
export function FillingTable({ children }: { readonly children: ReactNode }) {
  return <div className={classes.filling}>{children}</div>
}
