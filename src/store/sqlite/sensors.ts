/** Sensors as they last said they are, and their past in points. */
import type { SensorPoint, SensorReport } from '../../findings/sensor-record.ts'
import type { SensorStore } from '../state-store.ts'
import { timeValue } from '../time-value.ts'
import type { Database } from './database.ts'

interface PointRow {
  readonly time: number
  readonly seconds: number
  readonly kept: number
  readonly filtered: number
  readonly lost: number
  readonly findings: number
  readonly cpu: number
  readonly resident: number
}

/** Rates of several points together weigh by their seconds, so that rate times seconds stays what was counted. */
const THINNED = `SELECT CAST(max(time_ns) AS REAL) AS time, sum(seconds) AS seconds,
  ${['kept', 'filtered', 'lost', 'findings'].map((name) => `${weighed(name)} AS ${name}`).join(', ')},
  ${weighed('cpu_share')} AS cpu, max(resident_bytes) AS resident
  FROM sensor_points WHERE hostname = ? AND time_ns >= ? AND time_ns < ? GROUP BY (time_ns - ?) / ? ORDER BY time`

function weighed(column: string): string {
  return `ifnull(sum(${column} * seconds) / nullif(sum(seconds), 0), avg(${column}))`
}

export function createSensors(database: Database): SensorStore {
  const put = database.prepare(
    `INSERT INTO sensors (hostname, time_ns, document) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET time_ns = excluded.time_ns, document = excluded.document`,
  )
  const addPoint = database.prepare(
    `INSERT INTO sensor_points (hostname, time_ns, seconds, kept, filtered, lost, findings, cpu_share, resident_bytes)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  )

  function report(one: SensorReport, point: SensorPoint | undefined): void {
    database.write(() => {
      put.run(one.hostname, timeValue(one.timeNs), JSON.stringify(one))
      if (point === undefined) return
      const { timeNs, seconds, kept, filtered, lost, findings, cpuShare, residentBytes } = point
      addPoint.run(one.hostname, timeValue(timeNs), seconds, kept, filtered, lost, findings, cpuShare, residentBytes)
    })
  }

  const list = (): readonly SensorReport[] =>
    database
      .prepare<{ document: string }>('SELECT document FROM sensors ORDER BY hostname')
      .all()
      .map(({ document }) => JSON.parse(document) as SensorReport)

  const points: SensorStore['points'] = (hostname, range, limit) => {
    const [from, to] = [timeValue(range.fromNs), timeValue(range.toNs)]
    const count = 'SELECT count(*) AS n FROM sensor_points WHERE hostname = ? AND time_ns >= ? AND time_ns < ?'
    const there = database.prepare<{ n: number }>(count).get(hostname, from, to)?.n ?? 0
    const step = there <= limit ? 1n : (to - from) / BigInt(limit) + 1n
    return database.prepare<PointRow>(THINNED).all(hostname, from, to, from, step).map(pointOf)
  }

  return { report, list, points }
}

function pointOf({ time, cpu, resident, seconds, kept, filtered, lost, findings }: PointRow): SensorPoint {
  return { timeNs: time, seconds, kept, filtered, lost, findings, cpuShare: cpu, residentBytes: resident }
}
