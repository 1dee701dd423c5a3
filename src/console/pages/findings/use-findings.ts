/** The list of findings as the URL has it narrowed, its facets, and how many there were when. */
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { PRIORITIES, type Priority } from '../../../findings/finding.ts'
import type { StoredFinding } from '../../../store/state-store.ts'
import { type FindingListQuery, findingFacetsQuery, findingHistogramQuery, findingQuery, findingsQuery } from '../../api/findings.ts'
import { useLive } from '../../api/live.ts'
import { allOf, oneOf, type Search, someOf, useUrlState } from '../../app/url-state.ts'
import { PRIORITY_SERIES, prioritySeries } from '../../components/priority-series.ts'
import { useNow } from '../../format/now.ts'
import { barsOf } from '../../format/steps.ts'
import { rangeNs, stepFor } from '../../format/time-range.ts'

export interface FindingsUrl {
  readonly from: string | undefined
  readonly to: string | undefined
  readonly text: string
  readonly rule: readonly string[]
  readonly priority: readonly Priority[]
  readonly host: readonly string[]
  readonly container: readonly string[]
  readonly technique: readonly string[]
  readonly incident: string | undefined
  readonly process: string | undefined
  /** Shown beside the list. */
  readonly finding: string | undefined
}

export function parseFindings(search: Search): FindingsUrl {
  return {
    from: oneOf(search, 'from'),
    to: oneOf(search, 'to'),
    text: oneOf(search, 'text') ?? '',
    rule: allOf(search, 'rule'),
    priority: someOf(search, 'priority', PRIORITIES),
    host: allOf(search, 'host'),
    container: allOf(search, 'container'),
    technique: allOf(search, 'technique'),
    incident: oneOf(search, 'incident'),
    process: oneOf(search, 'process'),
    finding: oneOf(search, 'finding'),
  }
}

/** As the API wants it. */
export function listQuery({ finding: _, text, ...rest }: FindingsUrl): FindingListQuery {
  return { ...rest, text: text === '' ? undefined : text }
}

/** Facets: the name in the answer, the parameter, and how they are called. */
export const FACETS = [
  { facet: 'priority', parameter: 'priority', title: 'Priority' },
  { facet: 'rule', parameter: 'rule', title: 'Rule' },
  { facet: 'hostname', parameter: 'host', title: 'Host' },
  { facet: 'containerId', parameter: 'container', title: 'Container' },
  { facet: 'technique', parameter: 'technique', title: 'Technique' },
] as const

const MOST_BARS = 96

export function useFindings() {
  const [url, change] = useUrlState(parseFindings)
  const query = useMemo(() => listQuery(url), [url])
  const list = useInfiniteQuery({ ...findingsQuery(query), placeholderData: keepPreviousData })
  const facets = useQuery({ ...findingFacetsQuery(query), placeholderData: keepPreviousData })
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data])
  const client = useQueryClient()
  /** The first page alone: those that were scrolled to are asked for again as one scrolls. */
  const showFresh = (): void => {
    void client.resetQueries({ queryKey: ['findings', 'list'] })
    void client.invalidateQueries({ queryKey: ['findings'], predicate: ({ queryKey }) => queryKey[1] !== 'list' })
  }
  return { url, change, list, facets, rows, histogram: useHistogram(query), fresh: useFresh(url, rows), showFresh }
}

function useHistogram(query: FindingListQuery) {
  const nowMs = useNow()
  const minuteMs = Math.ceil(nowMs / 60_000) * 60_000
  const range = rangeNs({ from: query.from, to: query.to }, minuteMs)
  const step = stepFor(range, MOST_BARS)
  const { data } = useQuery({ ...findingHistogramQuery(query, step.text), placeholderData: keepPreviousData })
  const points = (data ?? []).map(({ timeNs, priority, count }) => ({ timeNs, series: prioritySeries(priority), count }))
  return { bars: barsOf(points, { ...range, stepNs: step.ns }, PRIORITY_SERIES.length), stepNs: step.ns }
}

/** Of those that came live, how many would stand in the list; they are shown when one asks, so that nothing moves under the pointer. */
function useFresh(url: FindingsUrl, rows: readonly StoredFinding[]): number {
  const { findings } = useLive()
  return useMemo(() => freshOf(findings, url, rows).length, [findings, url, rows])
}

const LATE_NS = 60e9

/** A list that ends in the past has none. */
export function freshOf(live: readonly StoredFinding[], url: FindingsUrl, rows: readonly StoredFinding[]): readonly StoredFinding[] {
  if (url.to !== undefined) return []
  const known = new Set(rows.map(({ id }) => id))
  const sinceNs = (rows[0]?.timeNs ?? 0) - LATE_NS
  return live.filter((finding) => finding.timeNs > sinceNs && !known.has(finding.id) && fits(finding, url))
}

function fits(finding: StoredFinding, { text, rule, priority, host, container, technique, incident, process }: FindingsUrl): boolean {
  const among = (values: readonly string[], value: string): boolean => values.length === 0 || values.includes(value)
  const words = `${finding.rule} ${finding.output}`.toLowerCase()
  return (
    words.includes(text.toLowerCase()) &&
    among(rule, finding.rule) &&
    among(priority, finding.priority) &&
    among(host, finding.hostname) &&
    among(container, finding.containerId ?? '') &&
    (technique.length === 0 || finding.attack.some(({ id }) => technique.includes(id))) &&
    (incident === undefined || finding.incidentId === incident) &&
    (process === undefined || finding.processKey === process)
  )
}

/** One that may not be in the list: a link leads to it. */
export function useOpenFinding(id: string | undefined) {
  return useQuery({ ...findingQuery(id ?? ''), enabled: id !== undefined })
}
