/** Rates of several sensors over time, put together. */
import type { SensorPoint } from '../../../findings/sensor-record.ts'

export type Rate = 'kept' | 'filtered' | 'lost'

/** The last one, per second; 0 where there is none. */
export const latestRate = (points: readonly SensorPoint[] | undefined, name: Rate): number => points?.at(-1)?.[name] ?? 0

const STEPS = 60
const STEP_NS = 60e9

/** The sum over the sensors per minute of the last hour, the oldest first, counted back from the newest point of all. */
export function ratesOver(sensors: readonly (readonly SensorPoint[])[], name: Rate): readonly number[] {
  const newest = Math.max(...sensors.map((points) => points.at(-1)?.timeNs ?? 0))
  if (!Number.isFinite(newest) || newest === 0) return []
  const sums = new Array<number>(STEPS).fill(0)
  for (const points of sensors) {
    const own = new Array<{ sum: number; count: number }>(STEPS)
    for (const point of points) {
      const step = STEPS - 1 - Math.floor((newest - point.timeNs) / STEP_NS)
      if (step < 0) continue
      const { sum, count } = own[step] ?? { sum: 0, count: 0 }
      own[step] = { sum: sum + point[name], count: count + 1 }
    }
    for (const [step, value] of own.entries()) if (value !== undefined) sums[step] = (sums[step] ?? 0) + value.sum / value.count
  }
  return sums
}
