import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import classes from './empty-state.module.css'

export interface EmptyStateProps {
  readonly icon: LucideIcon
  /** What is so: `No open incidents`. */
  readonly title: string
  /** Why that may be, and what to do. */
  readonly children?: ReactNode
  /** Buttons. */
  readonly actions?: ReactNode
  /** In a panel beside others. */
  readonly small?: boolean
}

/** There is nothing here: why, and what to do. */
export function EmptyState({ icon: Icon, title, children, actions, small = false }: EmptyStateProps) {
  return (
    <div className={small ? classes.small : classes.empty}>
      <Icon size={small ? 18 : 22} strokeWidth={1.6} aria-hidden />
      <p className={classes.title}>{title}</p>
      {children === undefined ? null : <div className={classes.detail}>{children}</div>}
      {actions === undefined ? null : <div className={classes.actions}>{actions}</div>}
    </div>
  )
}
