import type { ReactNode } from 'react'
import type { SensorPoint } from '../../../findings/sensor-record.ts'
import type { FindingCount } from '../../api/findings.ts'
import { PRIORITY_SERIES, prioritySeries } from '../../components/priority-series.ts'
import { sensorHealth } from '../../components/sensor-health.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { Sparkline } from '../../components/sparkline.tsx'
import { StackedBars } from '../../components/stacked-bars.tsx'
import { useNow } from '../../format/now.ts'
import { counted, shortNumber } from '../../format/numbers.ts'
import { barsOf } from '../../format/steps.ts'
import { latestRate, ratesOver } from './rates.ts'
import classes from './summary.module.css'
import { DAY_STEP_NS, type SensorState, type useOpenIncidents } from './use-now.ts'

export interface SummaryProps {
  readonly incidents: Pick<ReturnType<typeof useOpenIncidents>, 'query' | 'total' | 'isMore' | 'highest'>
  readonly day: readonly FindingCount[] | undefined
  readonly sensors: readonly SensorState[]
  readonly total: number
  readonly isLoading: boolean
}

/** The state of things in four numbers, each with its past. */
export function Summary({ incidents, day, sensors, total, isLoading }: SummaryProps) {
  const nowMs = useNow()
  const points = sensors.flatMap((sensor) => (sensor.points === undefined ? [] : [sensor.points]))
  const ill = sensors.filter(({ report, points: own }) => sensorHealth(report, nowMs, latestRate(own, 'lost')) !== 'healthy').length
  return (
    <section aria-label="Summary" className={classes.summary}>
      <Cell
        name="Open incidents"
        value={incidents.query.isPending ? undefined : `${incidents.total}${incidents.isMore ? '+' : ''}`}
        detail={incidents.highest === undefined ? 'nothing to look at' : `highest risk ${Math.round(incidents.highest)}`}
      />
      <Cell name="Findings, 24 h" value={day === undefined ? undefined : shortNumber(day.reduce((sum, { count }) => sum + count, 0))} wide>
        <Day day={day ?? []} nowMs={nowMs} />
      </Cell>
      <Cell name="Events kept" value={isLoading ? undefined : total === 0 ? '–' : `${shortNumber(sumOfRates(points, 'kept'))}/s`} wide>
        {total === 0 ? null : <KeptAndLost points={points} />}
      </Cell>
      <Cell
        name="Sensors"
        value={isLoading ? undefined : total === 0 ? '0' : `${total - ill}/${total}`}
        detail={total === 0 ? 'none has reported' : ill === 0 ? 'all healthy' : `${counted(ill, 'needs', 'need')} attention`}
      />
    </section>
  )
}

const sumOfRates = (points: readonly (readonly SensorPoint[])[], name: 'kept' | 'lost'): number =>
  points.reduce((sum, one) => sum + latestRate(one, name), 0)

interface CellProps {
  readonly name: string
  /** Undefined while it is loading. */
  readonly value: string | undefined
  readonly detail?: string
  readonly wide?: boolean
  readonly children?: ReactNode
}

function Cell({ name, value, detail, wide = false, children }: CellProps) {
  return (
    <div className={wide ? classes.wide : classes.cell}>
      <div>
        <p className={classes.name}>{name}</p>
        <p className={classes.value}>{value ?? <Skeleton width="56px" height="22px" />}</p>
        {detail === undefined ? null : <p className={classes.detail}>{value === undefined ? '\u00a0' : detail}</p>}
      </div>
      {children === undefined ? null : <div className={classes.picture}>{children}</div>}
    </div>
  )
}

function Day({ day, nowMs }: { readonly day: readonly FindingCount[]; readonly nowMs: number }) {
  const toNs = Math.ceil((nowMs * 1e6) / DAY_STEP_NS) * DAY_STEP_NS
  const points = day.map(({ timeNs, priority, count }) => ({ timeNs, series: prioritySeries(priority), count }))
  const bars = barsOf(points, { fromNs: toNs - 48 * DAY_STEP_NS, toNs, stepNs: DAY_STEP_NS }, PRIORITY_SERIES.length)
  return <StackedBars label="Findings of the last 24 hours" series={PRIORITY_SERIES} bars={bars} stepNs={DAY_STEP_NS} height={40} />
}

function KeptAndLost({ points }: { readonly points: readonly (readonly SensorPoint[])[] }) {
  const kept = ratesOver(points, 'kept')
  const lost = ratesOver(points, 'lost')
  const lostSum = lost.reduce((sum, rate) => sum + rate, 0)
  return (
    <>
      <Sparkline
        label={`Events kept per second over the last hour, at most ${shortNumber(Math.max(0, ...kept))}`}
        values={kept}
        height={40}
      />
      <p className={classes.legend}>
        <span>last hour</span>
        <span data-bad={lostSum > 0}>{lostSum > 0 ? `lost up to ${shortNumber(Math.max(...lost))}/s` : 'none lost'}</span>
      </p>
    </>
  )
}
