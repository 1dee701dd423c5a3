import type { RefObject } from 'react'
import type { ApiDiagnostic } from '../../../api/services.ts'
import { classNames } from '../../components/class-names.ts'
import { segmentsOf } from './condition-segments.ts'
import classes from './condition-text.module.css'

export interface ConditionTextProps {
  readonly text: string
  readonly diagnostics: readonly ApiDiagnostic[]
  /** Where `marker` stands. */
  readonly cut: number
  readonly marker: RefObject<HTMLSpanElement | null>
}

/** The colours of a condition, under the field that holds it: same font, same lines, and not read aloud. */
export function ConditionText({ text, diagnostics, cut, marker }: ConditionTextProps) {
  const segments = segmentsOf(text, diagnostics, cut)
  return (
    <div className={classes.colours} aria-hidden>
      {segments.map(({ start, text: part, kind, severity }) => (
        <span
          key={start}
          ref={start === cut ? marker : undefined}
          className={classNames(kind && classes[kind], severity && classes[`${severity}Mark`])}
        >
          {part}
        </span>
      ))}
      <span ref={cut >= text.length ? marker : undefined}>{'\u200b'}</span>
    </div>
  )
}
