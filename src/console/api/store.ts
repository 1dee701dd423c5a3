/** What is kept on the disk, and for how long. */
import { queryOptions } from '@tanstack/react-query'
import type { RetentionKind, RetentionSettings, StoreStatus } from '../../store/store.ts'
import { get, send } from './client.ts'

export interface StoreAnswer extends StoreStatus {
  readonly retention: Readonly<Record<RetentionKind, RetentionSettings>>
}

export const storeQuery = queryOptions({ queryKey: ['store'], queryFn: ({ signal }) => get<StoreAnswer>('/store', {}, signal) })

export const setRetention = (kind: RetentionKind, settings: RetentionSettings): Promise<RetentionSettings> =>
  send('PUT', `/store/retention/${kind}`, settings)

export const backUp = (): Promise<{ readonly folder: string; readonly bytes: number }> => send('POST', '/store/backups')
