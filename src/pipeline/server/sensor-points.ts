/** What sensors say every few seconds, as points of their past: rates between two of them. */
import type { SensorPoint, SensorReport } from '../../findings/sensor-record.ts'

const STEP_NS = 10e9
/** Hosts whose last report is remembered. */
const MAX_SENSORS = 10_000

export interface SensorPoints {
  /** Undefined while the last point is fresh, for the first report, and after a restart of the agent. */
  readonly of: (report: SensorReport) => SensorPoint | undefined
}

export function createSensorPoints(): SensorPoints {
  const last = new Map<string, SensorReport>()
  return Object.freeze({
    of: (report: SensorReport) => {
      const before = last.get(report.hostname)
      const isSame = before !== undefined && before.startedNs === report.startedNs && report.timeNs >= before.timeNs
      if (isSame && report.timeNs - before.timeNs < STEP_NS) return undefined
      last.delete(report.hostname)
      last.set(report.hostname, report)
      const [oldest] = last.keys()
      if (last.size > MAX_SENSORS && oldest !== undefined) last.delete(oldest)
      return isSame ? pointBetween(before, report) : undefined
    },
  })
}

function pointBetween(before: SensorReport, after: SensorReport): SensorPoint {
  const seconds = (after.timeNs - before.timeNs) / 1e9
  const more = (name: 'kept' | 'filtered' | 'lost' | 'findings'): number => Math.max(0, after.totals[name] - before.totals[name]) / seconds
  return {
    timeNs: after.timeNs,
    seconds,
    kept: more('kept'),
    filtered: more('filtered'),
    lost: more('lost'),
    findings: more('findings'),
    cpuShare: Math.max(0, after.cost.cpuSeconds - before.cost.cpuSeconds) / seconds,
    residentBytes: after.cost.residentBytes,
  }
}
