import { percent } from '../format/numbers.ts'
import classes from './progress-bar.module.css'

export interface ProgressBarProps {
  readonly label: string
  /** 0 to 1; undefined while nobody knows. */
  readonly share: number | undefined
}

/** Long work, and how far it is. */
export function ProgressBar({ label, share }: ProgressBarProps) {
  const known = share === undefined ? undefined : Math.max(0, Math.min(1, share))
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={known === undefined ? undefined : Math.round(known * 100)}
      aria-valuetext={known === undefined ? 'working' : percent(known)}
      className={classes.track}
    >
      <div
        className={known === undefined ? classes.unknown : classes.bar}
        style={known === undefined ? undefined : { width: `${known * 100}%` }}
      />
    </div>
  )
}
