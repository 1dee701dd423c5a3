import { useQuery } from '@tanstack/react-query'
import type { SensorPoint, SensorReport } from '../../../findings/sensor-record.ts'
import { sensorPointsQuery } from '../../api/sensors.ts'
import { Drawer } from '../../components/dialog.tsx'
import { KeyValue } from '../../components/key-value.tsx'
import { SensorHealthBadge, sensorHealth } from '../../components/sensor-health.tsx'
import { Sparkline } from '../../components/sparkline.tsx'
import { Text } from '../../components/text.tsx'
import { Time } from '../../components/time.tsx'
import { useNow } from '../../format/now.ts'
import { byteSize, counted, percent, wholeNumber } from '../../format/numbers.ts'
import { PreventionSection } from './prevention-section.tsx'
import classes from './sensors.module.css'

interface Line {
  readonly name: string
  readonly of: (point: SensorPoint) => number
  readonly text: (value: number) => string
  readonly colour: string
}

const perSecond = (value: number): string => `${wholeNumber(Math.round(value))}/s`

const LINES: readonly Line[] = [
  { name: 'Events kept', of: ({ kept }) => kept, text: perSecond, colour: 'var(--series-1)' },
  { name: 'Filtered in the kernel', of: ({ filtered }) => filtered, text: perSecond, colour: 'var(--series-2)' },
  { name: 'Lost', of: ({ lost }) => lost, text: perSecond, colour: 'var(--critical-solid)' },
  { name: 'Processor', of: ({ cpuShare }) => cpuShare, text: (value) => `${percent(value)} of one`, colour: 'var(--series-1)' },
  { name: 'Memory', of: ({ residentBytes }) => residentBytes, text: byteSize, colour: 'var(--series-2)' },
]

/** One sensor: what it sees and loses, what does not work, and what it costs. */
export function SensorDrawer({ report, onClose }: { readonly report: SensorReport; readonly onClose: () => void }) {
  const { data: points = [] } = useQuery(sensorPointsQuery(report.hostname))
  const health = sensorHealth(report, useNow(), points.at(-1)?.lost)
  return (
    <Drawer isOpen onClose={onClose} title={report.hostname} detail="Over the last hour" size="large">
      <div className={classes.drawer}>
        <SensorHealthBadge health={health} />
        <dl className={classes.lines}>
          {LINES.map(({ name, of, text, colour }) => (
            <div key={name} className={classes.line}>
              <dt>{name}</dt>
              <dd>{points.length === 0 ? '–' : text(of(points.at(-1) as SensorPoint))}</dd>
              <dd>
                <Sparkline label={`${name} over the last hour`} values={points.map(of)} colour={colour} height={30} />
              </dd>
            </div>
          ))}
        </dl>
        <NotInFull report={report} />
        {report.prevention === undefined ? null : <PreventionSection prevention={report.prevention} />}
        <KeyValue entries={factsOf(report)} />
      </div>
    </Drawer>
  )
}

function NotInFull({ report: { degraded, losses, spool } }: { readonly report: SensorReport }) {
  return (
    <>
      {degraded.map(({ name, detail, fix }) => (
        <section key={name} className={classes.note}>
          <h3>
            <Text value={name} />
          </h3>
          <p>
            <Text value={detail} />
          </p>
          <p className={classes.facts}>
            <Text value={fix} />
          </p>
        </section>
      ))}
      {losses.length === 0 ? null : (
        <section className={classes.note}>
          <h3>Lost since its start</h3>
          <KeyValue entries={losses.map(({ cause, count }) => ({ name: cause, value: wholeNumber(count) }))} />
        </section>
      )}
      {spool.findings === 0 && spool.dropped === 0 ? null : (
        <p
          className={classes.note}
        >{`${counted(spool.findings, 'finding')} wait on its disk, ${wholeNumber(spool.dropped)} were given up.`}</p>
      )}
    </>
  )
}

function factsOf(report: SensorReport) {
  const { version, kernel, startedNs, timeNs, rules, hooks, calls, processes, totals, cost } = report
  return [
    { name: 'version', value: <Text value={version} /> },
    { name: 'kernel', value: <Text value={kernel} /> },
    { name: 'started', value: <Time ns={startedNs} as="full" /> },
    { name: 'last heard', value: <Time ns={timeNs} as="ago" /> },
    { name: 'rules', value: wholeNumber(rules) },
    { name: 'hooks', value: wholeNumber(hooks) },
    { name: 'system calls', value: `by ${calls}` },
    { name: 'processes', value: wholeNumber(processes) },
    { name: 'seen', value: wholeNumber(totals.seen) },
    { name: 'folded', value: wholeNumber(totals.folded) },
    { name: 'sampled out', value: wholeNumber(totals.sampled) },
    { name: 'findings', value: wholeNumber(totals.findings) },
    { name: 'processor time', value: `${cost.cpuSeconds.toFixed(1)} s` },
    { name: 'memory', value: byteSize(cost.residentBytes) },
  ]
}
