/** The stream of events that history keeps. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { EventFacets, EventPage } from '../../api/services.ts'
import type { HistoryColumn } from '../../findings/history-event.ts'
import type { WholeEvent } from '../../store/history-store.ts'
import { get, type Query } from './client.ts'

/** As the API names them; `from` and `to` as durations before now or RFC 3339. */
export interface EventListQuery {
  readonly condition?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly host?: readonly string[] | undefined
  readonly kind?: readonly string[] | undefined
  readonly process?: string | undefined
}

export const eventsQuery = (query: EventListQuery, limit = 200) =>
  infiniteQueryOptions({
    queryKey: ['events', 'list', query, limit],
    queryFn: ({ pageParam, signal }) => get<EventPage>('/events', { ...query, limit, cursor: pageParam } as Query, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    // What happened stays; what came since is asked for by whoever wants it, and not page by page.
    staleTime: 5 * 60_000,
  })

export const eventQuery = (hostname: string, id: string) =>
  queryOptions({
    queryKey: ['events', 'one', hostname, id],
    queryFn: ({ signal }) => get<WholeEvent>(`/events/${encodeURIComponent(hostname)}/${encodeURIComponent(id)}`, {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  })

/** The most frequent values of each column. What was counted before stays in sight until the new counts are there. */
export const eventFacetsQuery = (query: EventListQuery, columns: readonly HistoryColumn[], limit = 12) =>
  queryOptions({
    queryKey: ['events', 'facets', query, columns, limit],
    queryFn: ({ signal }) => get<EventFacets>('/events/facets', { ...query, column: columns, limit } as Query, signal),
    placeholderData: keepPreviousData,
  })

export interface EventHistogram {
  readonly points: readonly { readonly timeNs: number; readonly count: number }[]
  readonly exact: boolean
}

/** Counts per step (`5m`, `1h`); steps without events are left out. */
export const eventHistogramQuery = (query: EventListQuery, step: string) =>
  queryOptions({
    queryKey: ['events', 'histogram', query, step],
    queryFn: ({ signal }) => get<EventHistogram>('/events/histogram', { ...query, step } as Query, signal),
    placeholderData: keepPreviousData,
  })
