import { useNow } from '../format/now.ts'
import { agoText, fullTimeText, preciseClockText, shortTimeText, utcText } from '../format/time.ts'
import classes from './time.module.css'

export interface TimeProps {
  /** ns since 1970. */
  readonly ns: number
  /** `short` (default): the clock, with the day where it is another. `precise`: with ms, for sequences. `ago`: how long since. `full`: everything. */
  readonly as?: 'short' | 'precise' | 'ago' | 'full'
  /** In a row, which is focused as a whole; elsewhere the time itself can be focused for its tip. */
  readonly inRow?: boolean
}

/** A time in the zone of the reader; local time, UTC and how long ago stand in its tip. */
export function Time({ ns, as = 'short', inRow = false }: TimeProps) {
  const nowMs = useNow()
  const text = { short: shortTimeText, precise: preciseClockText, ago: agoText, full: fullTimeText }[as](ns, nowMs)
  return (
    <time
      dateTime={utcText(ns)}
      className={classes.time}
      data-tip={`${fullTimeText(ns)}\n${utcText(ns)}\n${agoText(ns, nowMs)}`}
      tabIndex={inRow ? undefined : 0}
    >
      {text}
    </time>
  )
}
