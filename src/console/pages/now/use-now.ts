/** What the page Now shows. */
import { useInfiniteQuery, useQueries, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { SensorPoint, SensorReport } from '../../../findings/sensor-record.ts'
import type { StoredFinding } from '../../../store/state-store.ts'
import { findingHistogramQuery, findingsQuery } from '../../api/findings.ts'
import { incidentsQuery } from '../../api/incidents.ts'
import { useLive } from '../../api/live.ts'
import { sensorPointsQuery, sensorsQuery } from '../../api/sensors.ts'

const SHOWN_INCIDENTS = 8
const SHOWN_FINDINGS = 40

/** Those that nobody has closed, the riskiest first; `total` counts at most a hundred. */
export function useOpenIncidents() {
  const query = useInfiniteQuery(incidentsQuery({ state: ['open', 'acknowledged'], order: 'risk' }, 100))
  const all = query.data?.pages[0]?.items ?? []
  return { query, incidents: all.slice(0, SHOWN_INCIDENTS), total: all.length, isMore: query.hasNextPage, highest: all[0]?.risk }
}

/** The newest, those of the stream before those that were there when the page was opened. */
export function useNewestFindings() {
  const query = useInfiniteQuery(findingsQuery({ from: '24h' }, SHOWN_FINDINGS))
  const live = useLive().findings
  const findings = useMemo(() => {
    const byId = new Map<string, StoredFinding>()
    for (const finding of [...live, ...(query.data?.pages[0]?.items ?? [])]) if (!byId.has(finding.id)) byId.set(finding.id, finding)
    return [...byId.values()].sort((a, b) => b.timeNs - a.timeNs).slice(0, SHOWN_FINDINGS)
  }, [live, query.data])
  return { query, findings }
}

export const DAY_STEP_NS = 30 * 60 * 1e9

/** Findings of the last day, in half hours. */
export const useDay = () => useQuery({ ...findingHistogramQuery({ from: '24h' }, '30m'), refetchInterval: 30_000 })

export interface SensorState {
  readonly report: SensorReport
  /** Of the last hour; undefined until they are there. */
  readonly points: readonly SensorPoint[] | undefined
}

/** More hosts than that are for the page Sensors. */
const SHOWN_SENSORS = 12

export function useSensors() {
  const query = useQuery(sensorsQuery)
  const reports = query.data ?? []
  const shown = reports.slice(0, SHOWN_SENSORS)
  const points = useQueries({ queries: shown.map(({ hostname }) => sensorPointsQuery(hostname, '1h', 60)) })
  const sensors: readonly SensorState[] = shown.map((report, index) => ({ report, points: points[index]?.data }))
  return { query, sensors, total: reports.length }
}
