import type { LucideIcon } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import classes from './button.module.css'
import { classNames } from './class-names.ts'
import { Kbd } from './kbd.tsx'

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  readonly children: ReactNode
  readonly icon?: LucideIcon | undefined
  /** `plain` (default): with an edge. `primary`: the one thing to do here. `quiet`: no edge until it is pointed at. `danger`: cannot be undone. */
  readonly look?: 'plain' | 'primary' | 'quiet' | 'danger'
  readonly small?: boolean
  /** Shown beside the words, where there is room. */
  readonly shortcut?: string | undefined
  /** Something runs: cannot be pressed again, and says so. */
  readonly isBusy?: boolean
}

/** A button with words; for one with an icon alone see IconButton. */
export function Button({ children, icon: Icon, look = 'plain', small = false, shortcut, isBusy = false, className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-busy={isBusy || undefined}
      disabled={rest.disabled === true || isBusy}
      className={classNames(classes.button, classes[look], small && classes.small, className)}
    >
      {Icon === undefined ? null : <Icon size={14} strokeWidth={2} aria-hidden className={isBusy ? classes.busy : undefined} />}
      <span className={classes.words}>{children}</span>
      {shortcut === undefined ? null : <Kbd keys={shortcut} />}
    </button>
  )
}
