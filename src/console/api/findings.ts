/** Findings: lists, one by one, and counted. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { Priority } from '../../findings/finding.ts'
import type { FacetValue, Page } from '../../store/page.ts'
import type { FindingFacet, StoredFinding } from '../../store/state-store.ts'
import { get, type Query } from './client.ts'

/** As the API names them; `from` and `to` as durations before now or RFC 3339. */
export interface FindingListQuery {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly rule?: readonly string[] | undefined
  readonly priority?: readonly Priority[] | undefined
  readonly tag?: readonly string[] | undefined
  readonly host?: readonly string[] | undefined
  readonly container?: readonly string[] | undefined
  readonly technique?: readonly string[] | undefined
  readonly incident?: string | undefined
  readonly process?: string | undefined
  readonly text?: string | undefined
}

export const findingsQuery = (query: FindingListQuery, limit = 100) =>
  infiniteQueryOptions({
    queryKey: ['findings', 'list', query, limit],
    queryFn: ({ pageParam, signal }) => get<Page<StoredFinding>>('/findings', { ...query, limit, cursor: pageParam } as Query, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  })

export const findingQuery = (id: string) =>
  queryOptions({
    queryKey: ['findings', 'one', id],
    queryFn: ({ signal }) => get<StoredFinding>(`/findings/${encodeURIComponent(id)}`, {}, signal),
  })

export interface FindingCount {
  readonly timeNs: number
  readonly priority: Priority
  readonly count: number
}

/** Counts per step (`5m`, `1h`) and priority; steps without findings are left out. */
export const findingHistogramQuery = (query: FindingListQuery, step: string) =>
  queryOptions({
    queryKey: ['findings', 'histogram', query, step],
    queryFn: async ({ signal }) =>
      (await get<{ readonly points: readonly FindingCount[] }>('/findings/histogram', { ...query, step } as Query, signal)).points,
  })

/** The most frequent values of each facet: what is chosen in a facet itself does not narrow that facet. */
export const findingFacetsQuery = (query: FindingListQuery) =>
  queryOptions({
    queryKey: ['findings', 'facets', query],
    queryFn: ({ signal }) =>
      get<{ readonly facets: Readonly<Partial<Record<FindingFacet, readonly FacetValue[]>>>; readonly total: number }>(
        '/findings/facets',
        query as Query,
        signal,
      ),
  })
