import { Fragment } from 'react'
import { escapeText } from '../../lib/escape.ts'
import { classNames } from './class-names.ts'
import classes from './text.module.css'

export interface TextProps {
  /** From outside: names, arguments and paths that somebody chose. */
  readonly value: string
  readonly mono?: boolean
  /** One line, cut with an ellipsis at the edge of its place; the whole stands in the tip. */
  readonly oneLine?: boolean
  /** Line feeds and tabs make lines and gaps instead of marks. */
  readonly keepLines?: boolean
  readonly className?: string | undefined
}

/** More is never wanted on a page; a single argument can be 128 KiB. */
const MOST_SHOWN = 8000
const UNSAFE = /([\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+)/u
const UNSAFE_BUT_LINES = /((?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+)/u

/**
 * Text that may be hostile: what cannot be seen (controls, bidi overrides, zero widths) is shown as a mark, nothing of it acts on what
 * stands around it, and it is cut where it is endless. React escapes HTML by itself.
 */
export function Text({ value, mono = false, oneLine = false, keepLines = false, className }: TextProps) {
  const shown = value.length > MOST_SHOWN ? value.slice(0, MOST_SHOWN) : value
  const parts = shown.split(keepLines ? UNSAFE_BUT_LINES : UNSAFE)
  return (
    <bdi
      className={classNames(mono && classes.mono, oneLine && classes.oneLine, keepLines && classes.lines, className)}
      data-tip-if-cut={oneLine ? '' : undefined}
    >
      {parts.map((part, index) =>
        index % 2 === 0 ? (
          // The parts are those of one text: they have no other name than their place.
          <Fragment key={`${index}`}>{part}</Fragment>
        ) : (
          <span key={`${index}`} className={classes.mark} data-tip="A character that cannot be seen, shown by its number">
            {escapeText(part)}
          </span>
        ),
      )}
      {shown === value ? null : <span className={classes.rest}> … {value.length - shown.length} characters more</span>}
    </bdi>
  )
}
