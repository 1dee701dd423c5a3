import type { LucideIcon } from 'lucide-react'
import type { ComponentProps } from 'react'
import { classNames } from './class-names.ts'
import classes from './icon-button.module.css'

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children' | 'aria-label'> {
  readonly icon: LucideIcon
  /** What it does: its name for those who do not see it, and its tip for those who do. */
  readonly label: string
  readonly isPressed?: boolean
  readonly small?: boolean
}

export function IconButton({ icon: Icon, label, isPressed, small = false, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      aria-pressed={isPressed}
      data-tip={label}
      className={classNames(classes.button, small && classes.small, isPressed === true && classes.pressed, className)}
    >
      <Icon size={small ? 13 : 16} strokeWidth={1.9} aria-hidden />
    </button>
  )
}
