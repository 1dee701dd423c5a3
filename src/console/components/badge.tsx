import type { ReactNode } from 'react'
import classes from './badge.module.css'
import { classNames } from './class-names.ts'

export type Tone = 'critical' | 'error' | 'warning' | 'notice' | 'info' | 'good' | 'accent'

export interface BadgeProps {
  readonly tone?: Tone
  readonly children: ReactNode
  /** A tip for what the word alone does not say. */
  readonly tip?: string | undefined
}

/** A word about a thing: its state, its origin. */
export function Badge({ tone = 'info', children, tip }: BadgeProps) {
  return (
    <span className={classNames(classes.badge, classes[tone])} data-tip={tip}>
      {children}
    </span>
  )
}
