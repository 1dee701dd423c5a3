import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { type EventListQuery, eventHistogramQuery } from '../../api/events.ts'
import { type BarSeries, StackedBars } from '../../components/stacked-bars.tsx'
import { useNow } from '../../format/now.ts'
import { barsOf } from '../../format/steps.ts'
import { rangeNs, stepFor } from '../../format/time-range.ts'

const SERIES: readonly BarSeries[] = [{ name: 'events', colour: 'var(--series-1)' }]
const MOST_BARS = 120
const MINUTE_MS = 60_000

export interface EventHistogramProps {
  readonly query: EventListQuery
  /** ns since 1970. */
  readonly onChoose: (fromNs: number, toNs: number) => void
}

/** How many events there were when; dragging chooses a time. */
export function EventHistogram({ query, onChoose }: EventHistogramProps) {
  // A range that ends now moves on once a minute, no more often.
  const nowMs = Math.ceil(useNow() / MINUTE_MS) * MINUTE_MS
  const range = rangeNs({ from: query.from, to: query.to }, nowMs)
  const step = stepFor(range, MOST_BARS)
  const { data } = useQuery(eventHistogramQuery(query, step.text))
  const { fromNs, toNs } = range
  const bars = useMemo(() => {
    const points = (data?.points ?? []).map(({ timeNs, count }) => ({ timeNs, count, series: 0 }))
    return barsOf(points, { fromNs, toNs, stepNs: step.ns }, 1)
  }, [data, fromNs, toNs, step.ns])
  const name = data?.exact === false ? 'Events over time, only of those that were looked at' : 'Events over time'
  return (
    <div data-tip={data?.exact === false ? 'Only the newest events were looked at: what stands left of them is not known' : undefined}>
      <StackedBars label={name} series={SERIES} bars={bars} stepNs={step.ns} height={52} onChoose={onChoose} />
    </div>
  )
}
