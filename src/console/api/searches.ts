/** Addresses of the console that somebody keeps. */
import { queryOptions } from '@tanstack/react-query'
import type { SavedSearch } from '../../store/state-store.ts'
import { get, send } from './client.ts'

export const searchesQuery = queryOptions({
  queryKey: ['searches', 'list'],
  queryFn: async ({ signal }) => (await get<{ readonly items: readonly SavedSearch[] }>('/searches', {}, signal)).items,
})

export const saveSearch = (search: Pick<SavedSearch, 'name' | 'url' | 'shared'>): Promise<SavedSearch> => send('POST', '/searches', search)
export const removeSearch = (id: string): Promise<void> => send('DELETE', `/searches/${encodeURIComponent(id)}`)
