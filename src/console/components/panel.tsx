import { type ReactNode, useId } from 'react'
import { classNames } from './class-names.ts'
import classes from './panel.module.css'

export interface PanelProps {
  readonly title: string
  /** Beside the title, muted: how many, since when. */
  readonly detail?: ReactNode
  /** At the right of the title. */
  readonly actions?: ReactNode
  readonly children: ReactNode
  /** No padding around the content: lists and tables reach the edge. */
  readonly flush?: boolean
  /** Takes the height that its place leaves, and its content scrolls. */
  readonly fill?: boolean
  readonly className?: string | undefined
}

/** A part of a page, with its heading. */
export function Panel({ title, detail, actions, children, flush = false, fill = false, className }: PanelProps) {
  const id = useId()
  return (
    <section aria-labelledby={id} className={classNames(classes.panel, fill && classes.fill, className)}>
      <header className={classes.head}>
        <h2 id={id}>{title}</h2>
        {detail === undefined ? null : <span className={classes.detail}>{detail}</span>}
        {actions === undefined ? null : <div className={classes.actions}>{actions}</div>}
      </header>
      <div className={classNames(flush ? classes.flush : classes.body, fill && classes.scroll)}>{children}</div>
    </section>
  )
}
