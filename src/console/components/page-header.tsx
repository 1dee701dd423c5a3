import { Link } from '@tanstack/react-router'
import { ChevronRight } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import classes from './page-header.module.css'

export interface PageHeaderProps {
  /** Of the page, and of the browser's tab. */
  readonly title: string
  /** What stands in place of the title's text (hostile text goes through Text). */
  readonly heading?: ReactNode
  /** The page above it: where one comes from. */
  readonly parent?: { readonly path: string; readonly title: string }
  /** Under the title, muted. */
  readonly detail?: ReactNode
  /** Buttons at the right, the first thing to do last. */
  readonly actions?: ReactNode
}

/** The head of a page; every page has one, and its h1 is there alone. */
export function PageHeader({ title, heading, parent, detail, actions }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} · Tarsier`
  }, [title])
  return (
    <header className={classes.header}>
      <div className={classes.words}>
        {parent === undefined ? null : (
          <nav aria-label="Breadcrumb" className={classes.parent}>
            <Link to={parent.path}>{parent.title}</Link>
            <ChevronRight size={13} aria-hidden />
          </nav>
        )}
        <h1>{heading ?? title}</h1>
        {detail === undefined ? null : <div className={classes.detail}>{detail}</div>}
      </div>
      {actions === undefined ? null : <div className={classes.actions}>{actions}</div>}
    </header>
  )
}
