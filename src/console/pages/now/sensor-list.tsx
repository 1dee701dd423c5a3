import { Link } from '@tanstack/react-router'
import { TriangleAlert } from 'lucide-react'
import { sensorPath } from '../../app/paths.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Panel } from '../../components/panel.tsx'
import { SensorHealthBadge, sensorHealth } from '../../components/sensor-health.tsx'
import { SkeletonLines } from '../../components/skeleton.tsx'
import { Sparkline } from '../../components/sparkline.tsx'
import { Text } from '../../components/text.tsx'
import { Time } from '../../components/time.tsx'
import { useNow } from '../../format/now.ts'
import { counted, percent, shortNumber, wholeNumber } from '../../format/numbers.ts'
import { latestRate } from './rates.ts'
import classes from './sensor-list.module.css'
import type { SensorState, useSensors } from './use-now.ts'

/** Whether what happens is seen: each sensor with what it keeps, filters and loses. */
export function SensorList({ query, sensors, total }: ReturnType<typeof useSensors>) {
  return (
    <Panel title="Sensors" detail={total > sensors.length ? `${sensors.length} of ${total}` : undefined} flush>
      {query.isPending ? (
        <div className={classes.loading} role="status" aria-label="Loading sensors">
          <SkeletonLines lines={4} />
        </div>
      ) : null}
      {query.isError ? <ErrorState error={query.error} onRetry={query.refetch} /> : null}
      {query.isSuccess && total === 0 ? (
        <EmptyState small icon={TriangleAlert} title="Nothing is watched">
          No sensor has reported to this server.
        </EmptyState>
      ) : null}
      <ul>
        {sensors.map((sensor) => (
          <li key={sensor.report.hostname} className={classes.sensor}>
            <Sensor {...sensor} />
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function Sensor({ report, points }: SensorState) {
  const health = sensorHealth(report, useNow(), latestRate(points, 'lost'))
  const kept = (points ?? []).map((point) => point.kept)
  const { totals } = report
  return (
    <>
      <div className={classes.head}>
        <Link to={sensorPath(report.hostname)} className={classes.host}>
          <Text value={report.hostname} oneLine />
        </Link>
        <SensorHealthBadge health={health} />
      </div>
      <div className={classes.line}>
        <Sparkline label={`Events kept per second on ${report.hostname}`} values={kept} height={26} />
      </div>
      <dl className={classes.facts}>
        <Fact name="kept" value={health === 'silent' ? '–' : `${shortNumber(latestRate(points, 'kept'))}/s`} />
        <Fact
          name="filtered"
          value={totals.seen === 0 ? '0%' : percent(totals.filtered / totals.seen)}
          tip="Share of all events that no rule could match, and that did not leave the kernel"
        />
        <Fact name="lost" value={wholeNumber(totals.lost)} isBad={totals.lost > 0} tip={lossesText(report.losses)} />
        <Fact name="rules" value={wholeNumber(report.rules)} />
      </dl>
      {health === 'silent' ? (
        <p className={classes.note}>
          Last heard <Time ns={report.timeNs} as="ago" />
        </p>
      ) : null}
      {report.degraded.map((feature) => (
        <div key={feature.name} className={classes.note}>
          <p>
            <Text value={feature.name} />: <Text value={feature.detail} />
          </p>
          <p className={classes.fix}>
            <Text value={feature.fix} />
          </p>
        </div>
      ))}
      {report.spool.findings > 0 || report.spool.dropped > 0 ? (
        <p className={classes.note}>
          {counted(report.spool.findings, 'finding')} wait for this server
          {report.spool.dropped > 0 ? `, ${wholeNumber(report.spool.dropped)} dropped` : ''}.
        </p>
      ) : null}
    </>
  )
}

const lossesText = (losses: SensorState['report']['losses']): string =>
  losses.length === 0
    ? 'Since its start, nothing was lost'
    : `Since its start:\n${losses.map(({ cause, count }) => `${cause}: ${wholeNumber(count)}`).join('\n')}`

interface FactProps {
  readonly name: string
  readonly value: string
  readonly tip?: string
  readonly isBad?: boolean
}

const Fact = ({ name, value, tip, isBad = false }: FactProps) => (
  <div data-tip={tip}>
    <dt>{name}</dt>
    <dd data-bad={isBad}>{value}</dd>
  </div>
)
