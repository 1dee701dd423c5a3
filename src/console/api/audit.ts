/** What people did; for admins. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { AuditEntry } from '../../store/access-store.ts'
import type { Page } from '../../store/page.ts'
import { get } from './client.ts'

export const auditQuery = (query: { readonly user?: string | undefined; readonly action?: string | undefined }) =>
  infiniteQueryOptions({
    queryKey: ['audit', 'list', query],
    queryFn: ({ pageParam, signal }) => get<Page<AuditEntry>>('/audit', { ...query, limit: 100, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  })

export interface AuditVerification {
  readonly ok: boolean
  readonly entries: number
  readonly brokenAt?: number
  readonly hash: string
}

export const auditVerificationQuery = queryOptions({
  queryKey: ['audit', 'verification'],
  queryFn: ({ signal }) => get<AuditVerification>('/audit/verification', {}, signal),
})
