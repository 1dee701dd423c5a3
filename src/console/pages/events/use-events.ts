/** The stream of events, as the URL has it narrowed. */
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { type EventListQuery, eventsQuery } from '../../api/events.ts'
import { allOf, oneOf, type Search, useUrlState } from '../../app/url-state.ts'
import { reachOf } from './reach.ts'

export interface EventsState {
  /** Of the rule language; empty: everything. */
  readonly condition: string
  readonly from: string | undefined
  readonly to: string | undefined
  readonly host: readonly string[]
  readonly kind: readonly string[]
  /** Key of a process. */
  readonly process: string | undefined
  /** The event that is open beside the list. */
  readonly event: EventName | undefined
}

export interface EventName {
  readonly hostname: string
  readonly id: string
}

/** Of the URL; what it does not know is as if it were not there. */
export function parseEvents(search: Search): EventsState {
  return {
    condition: (oneOf(search, 'condition') ?? '').trim(),
    from: oneOf(search, 'from'),
    to: oneOf(search, 'to'),
    host: allOf(search, 'host'),
    kind: allOf(search, 'kind'),
    process: oneOf(search, 'process'),
    event: parseEventName(oneOf(search, 'event')),
  }
}

/** `host/id`: no name of a host has a slash in it. */
export const eventNameText = ({ hostname, id }: EventName): string => `${hostname}/${id}`

function parseEventName(text: string | undefined): EventName | undefined {
  const cut = text?.indexOf('/') ?? -1
  return text === undefined || cut < 1 ? undefined : { hostname: text.slice(0, cut), id: text.slice(cut + 1) }
}

/** The list is looked through by itself over so many events in which there is nothing; then somebody says that it shall go on. */
const LOOKED_THROUGH = 1_000_000

export function useEvents() {
  const [state, change] = useUrlState(parseEvents)
  const { condition, from, to, host, kind, process } = state
  const query = useMemo<EventListQuery>(() => ({ condition, from, to, host, kind, process }), [condition, from, to, host, kind, process])
  const list = useInfiniteQuery(eventsQuery(query))
  const rows = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data])
  const reach = useMemo(() => reachOf(list.data?.pages ?? []), [list.data])
  const [allowed, setAllowed] = useState({ query, upTo: LOOKED_THROUGH })
  const isPaused = list.hasNextPage && reach.sinceLast >= (allowed.query === query ? allowed.upTo : LOOKED_THROUGH)
  const goOn = (): void => setAllowed({ query, upTo: reach.sinceLast + LOOKED_THROUGH })
  const client = useQueryClient()
  /** What came since; the list begins from its top, however long it has become. */
  const lookAnew = (): Promise<unknown> =>
    Promise.all([
      client.resetQueries({ queryKey: ['events', 'list'] }),
      client.invalidateQueries({ queryKey: ['events', 'facets'] }),
      client.invalidateQueries({ queryKey: ['events', 'histogram'] }),
    ])
  return { state, change, lookAnew, query, list, rows, reach, isPaused, goOn }
}
