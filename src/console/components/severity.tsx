import type { Priority } from '../../findings/finding.ts'
import { PRIORITY_LABEL } from '../../findings/priority.ts'
import type { Tone } from './badge.tsx'
import { classNames } from './class-names.ts'
import classes from './severity.module.css'

/** The tone of a priority: what is as urgent looks alike. */
export const PRIORITY_TONE: Readonly<Record<Priority, Exclude<Tone, 'good' | 'accent'>>> = {
  emergency: 'critical',
  alert: 'critical',
  critical: 'critical',
  error: 'error',
  warning: 'warning',
  notice: 'notice',
  informational: 'info',
  debug: 'info',
}

/** How many of the four strokes of the mark are filled: told by shape, too, not by colour alone. */
const STROKES: Readonly<Record<Priority, number>> = {
  emergency: 4,
  alert: 4,
  critical: 4,
  error: 3,
  warning: 2,
  notice: 1,
  informational: 0,
  debug: 0,
}

export interface SeverityProps {
  readonly priority: Priority
  /** The mark alone, the word in its tip. */
  readonly compact?: boolean
}

/** How urgent: a mark of rising strokes, and the word. */
export function Severity({ priority, compact = false }: SeverityProps) {
  const label = PRIORITY_LABEL[priority]
  return (
    <span className={classNames(classes.severity, classes[PRIORITY_TONE[priority]])} data-tip={compact ? label : undefined}>
      <svg width="14" height="12" viewBox="0 0 14 12" role="presentation" aria-hidden>
        {[0, 1, 2, 3].map((stroke) => (
          <rect
            key={stroke}
            x={stroke * 3.6}
            y={9 - stroke * 3}
            width="2.6"
            height={3 + stroke * 3}
            rx="0.8"
            className={stroke < STROKES[priority] ? classes.filled : classes.hollow}
          />
        ))}
      </svg>
      <span className={compact ? 'visually-hidden' : undefined}>{label}</span>
    </span>
  )
}
