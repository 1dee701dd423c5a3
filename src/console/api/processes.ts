/** Processes that the server knows of, and what they did. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { ProcessActivity, TimelineEntry } from '../../api/services.ts'
import type { ProcessRecord } from '../../findings/process-record.ts'
import type { Page } from '../../store/page.ts'
import type { StoredProcess } from '../../store/state-store.ts'
import { get, type Query } from './client.ts'

export interface ProcessListQuery {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly host?: string | undefined
  readonly text?: string | undefined
  readonly container?: string | undefined
  /** True: only those that have not ended. */
  readonly alive?: boolean | undefined
}

export const processesQuery = (query: ProcessListQuery) =>
  infiniteQueryOptions({
    queryKey: ['processes', 'list', query],
    queryFn: ({ pageParam, signal }) =>
      get<Page<StoredProcess>>('/processes', { ...query, limit: 100, cursor: pageParam } as Query, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  })

const ofProcess = <T>(hostname: string, key: string, what = '') =>
  queryOptions({
    queryKey: ['processes', 'one', hostname, key, what],
    queryFn: ({ signal }) => get<T>(`/processes/${encodeURIComponent(hostname)}/${encodeURIComponent(key)}${what}`, {}, signal),
  })

export const processQuery = (hostname: string, key: string) =>
  ofProcess<{ readonly process: StoredProcess; readonly states: readonly ProcessRecord[] }>(hostname, key)
export const processTreeQuery = (hostname: string, key: string) =>
  ofProcess<{ readonly processes: readonly StoredProcess[]; readonly truncated: boolean }>(hostname, key, '/tree')
export const processTimelineQuery = (hostname: string, key: string) =>
  ofProcess<{ readonly items: readonly TimelineEntry[] }>(hostname, key, '/timeline')
export const processActivityQuery = (hostname: string, key: string) => ofProcess<ProcessActivity>(hostname, key, '/activity')
