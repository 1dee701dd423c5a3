/** The agents and how they are. */
import { queryOptions } from '@tanstack/react-query'
import type { SensorPoint, SensorReport } from '../../findings/sensor-record.ts'
import { get } from './client.ts'

export const sensorsQuery = queryOptions({
  queryKey: ['sensors', 'list'],
  queryFn: async ({ signal }) => (await get<{ readonly items: readonly SensorReport[] }>('/sensors', {}, signal)).items,
  refetchInterval: 30_000,
})

/** `from` as in the API: `1h`, `24h`, or a time. */
export const sensorPointsQuery = (hostname: string, from = '1h', points = 120) =>
  queryOptions({
    queryKey: ['sensors', 'points', hostname, from, points],
    queryFn: async ({ signal }) =>
      (await get<{ readonly items: readonly SensorPoint[] }>(`/sensors/${encodeURIComponent(hostname)}/points`, { from, points }, signal))
        .items,
    refetchInterval: 10_000,
  })
