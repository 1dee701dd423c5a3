/** Times as people read them: in the zone of the browser, with UTC beside it. Times are ns since 1970. */

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const MINUTE = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const DAY_AND_YEAR = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
const FULL = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
})

const dateOf = (timeNs: number): Date => new Date(Math.floor(timeNs / 1e6))

/** `14:03:21`. */
const clockText = (timeNs: number): string => CLOCK.format(dateOf(timeNs))

/** `14:03:21.042`, for what must be told apart within a second. */
export const preciseClockText = (timeNs: number): string =>
  `${clockText(timeNs)}.${String(Math.floor((timeNs % 1e9) / 1e6)).padStart(3, '0')}`

/** The clock alone today; with the day before it otherwise, and the year when it is another. */
export function shortTimeText(timeNs: number, nowMs: number): string {
  const date = dateOf(timeNs)
  const now = new Date(nowMs)
  if (date.toDateString() === now.toDateString()) return clockText(timeNs)
  return `${(date.getFullYear() === now.getFullYear() ? DAY : DAY_AND_YEAR).format(date)} ${clockText(timeNs)}`
}

/** For the ends of a chart, where seconds say nothing: the minute today, with the day before it otherwise. */
export function minuteText(timeNs: number, nowMs: number): string {
  const date = dateOf(timeNs)
  const minute = MINUTE.format(date)
  return date.toDateString() === new Date(nowMs).toDateString() ? minute : `${DAY.format(date)} ${minute}`
}

/** Everything, in the local zone. */
export const fullTimeText = (timeNs: number): string => FULL.format(dateOf(timeNs))

/** `2026-11-22T20:10:00.123Z`. */
export const utcText = (timeNs: number): string => (Math.abs(timeNs) < 8.64e21 ? dateOf(timeNs).toISOString() : 'out of range')

/** `now`, `12 s ago`, `5 min ago`, `3 h ago`, `2 d ago`; the future is `in 5 min`. */
export function agoText(timeNs: number, nowMs: number): string {
  const seconds = Math.round(nowMs / 1000 - timeNs / 1e9)
  const size = Math.abs(seconds)
  if (size < 2) return 'now'
  const text =
    size < 60
      ? `${size} s`
      : size < 3600
        ? `${Math.floor(size / 60)} min`
        : size < 86_400
          ? `${Math.floor(size / 3600)} h`
          : `${Math.floor(size / 86_400)} d`
  return seconds < 0 ? `in ${text}` : `${text} ago`
}
