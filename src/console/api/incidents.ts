/** Incidents and what hangs on them. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { Story, TimelineEntry } from '../../api/services.ts'
import type { Incident, IncidentState } from '../../findings/incident.ts'
import type { Page } from '../../store/page.ts'
import type { IncidentNote, StoredFinding, StoredProcess } from '../../store/state-store.ts'
import { get, type Query, send } from './client.ts'

export interface IncidentListQuery {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly state?: readonly IncidentState[] | undefined
  readonly host?: readonly string[] | undefined
  readonly assignee?: string | undefined
  readonly text?: string | undefined
  readonly order?: 'risk' | 'last' | undefined
}

export const incidentsQuery = (query: IncidentListQuery, limit = 100) =>
  infiniteQueryOptions({
    queryKey: ['incidents', 'list', query, limit],
    queryFn: ({ pageParam, signal }) => get<Page<Incident>>('/incidents', { ...query, limit, cursor: pageParam } as Query, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  })

export const incidentQuery = (id: string) =>
  queryOptions({
    queryKey: ['incidents', 'one', id],
    queryFn: ({ signal }) => get<Incident>(`/incidents/${encodeURIComponent(id)}`, {}, signal),
  })

const ofCase = <T>(id: string, what: string, query: Query = {}) =>
  queryOptions({
    queryKey: ['incidents', 'case', id, what, query],
    queryFn: ({ signal }) => get<T>(`/incidents/${encodeURIComponent(id)}/${what}`, query, signal),
  })

export const storyQuery = (id: string) => ofCase<Story>(id, 'story')
export const incidentTreeQuery = (id: string) =>
  ofCase<{ readonly processes: readonly StoredProcess[]; readonly truncated: boolean }>(id, 'tree')
export const incidentTimelineQuery = (id: string) => ofCase<{ readonly items: readonly TimelineEntry[] }>(id, 'timeline')
export const notesQuery = (id: string) => ofCase<{ readonly items: readonly IncidentNote[] }>(id, 'notes')

/** Every finding of it, the newest first, however old; at most 500. */
export const incidentFindingsQuery = (id: string, fromNs: number) =>
  queryOptions({
    queryKey: ['incidents', 'case', id, 'findings'],
    queryFn: ({ signal }) =>
      get<Page<StoredFinding>>('/findings', { incident: id, from: new Date(fromNs / 1e6 - 60_000).toISOString(), limit: 500 }, signal),
  })

export const changeIncident = (
  id: string,
  change: { readonly state?: IncidentState; readonly assignee?: string | null },
): Promise<Incident> => send('PATCH', `/incidents/${encodeURIComponent(id)}`, change)

export const addNote = (id: string, text: string): Promise<IncidentNote> =>
  send('POST', `/incidents/${encodeURIComponent(id)}/notes`, { text })
