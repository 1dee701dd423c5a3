/** Counts over time made into bars: every step has one, also where there was nothing. */
import type { Bar } from '../components/stacked-bars.tsx'

export interface Counted {
  readonly timeNs: number
  readonly series: number
  readonly count: number
}

/** At most so many bars are made, whatever is asked. */
const MOST_BARS = 1000

/** Bars from `fromNs` to `toNs`, whole steps counted from 1970 (as the server counts them); each has `series` values. */
export function barsOf(
  points: readonly Counted[],
  range: { readonly fromNs: number; readonly toNs: number; readonly stepNs: number },
  series: number,
): Bar[] {
  const { stepNs } = range
  const first = Math.floor(range.fromNs / stepNs)
  const count = Math.max(0, Math.min(MOST_BARS, Math.ceil(range.toNs / stepNs) - first))
  const values = Array.from({ length: count }, () => new Array<number>(series).fill(0))
  for (const point of points) {
    const row = values[Math.floor(point.timeNs / stepNs) - first]
    if (row !== undefined) row[point.series] = (row[point.series] ?? 0) + point.count
  }
  return values.map((row, index) => ({ timeNs: (first + index) * stepNs, values: row }))
}
