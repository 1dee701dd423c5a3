/** What was done, what waits for somebody, and what people ask for. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { ActionInfo, ResponsesInForce } from '../../api/services.ts'
import type { ActionPhase, ActionRecord } from '../../findings/action-record.ts'
import type { Page } from '../../store/page.ts'
import { get, send } from './client.ts'

export interface ActionListQuery {
  readonly phase?: ActionPhase | undefined
  readonly incident?: string | undefined
  readonly finding?: string | undefined
}

export const actionsQuery = (query: ActionListQuery) =>
  infiniteQueryOptions({
    queryKey: ['actions', 'list', query],
    queryFn: ({ pageParam, signal }) => get<Page<ActionRecord>>('/actions', { ...query, limit: 100, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  })

export const actionQuery = (id: string) =>
  queryOptions({
    queryKey: ['actions', 'one', id],
    queryFn: ({ signal }) => get<ActionRecord>(`/actions/${encodeURIComponent(id)}`, {}, signal),
  })

export const responsesQuery = queryOptions({
  queryKey: ['responses'],
  queryFn: ({ signal }) => get<ResponsesInForce>('/responses', {}, signal),
})

export const actionCatalogueQuery = queryOptions({
  queryKey: ['actions', 'catalogue'],
  queryFn: async ({ signal }) => (await get<{ readonly items: readonly ActionInfo[] }>('/catalogue/actions', {}, signal)).items,
  staleTime: Number.POSITIVE_INFINITY,
})

/** Whom it is about. */
export interface ActionSubject {
  readonly hostname: string
  readonly processKey?: string | undefined
  readonly containerId?: string | undefined
  readonly file?: string | undefined
  readonly ip?: string | undefined
  readonly findingId?: string | undefined
}

export interface AskedAction {
  readonly action: string
  readonly subject: ActionSubject
  readonly mode: 'act' | 'dry-run'
  readonly forSeconds?: number | undefined
  readonly incidentId?: string | undefined
}

/** Of a dry run the answer tells whom it would touch. */
export const askAction = (asked: AskedAction): Promise<ActionRecord> => send('POST', '/actions', asked)

export const answerAction = (id: string, answer: 'approve' | 'deny' | 'undo'): Promise<ActionRecord> =>
  send('POST', `/actions/${encodeURIComponent(id)}/answer`, { answer })
