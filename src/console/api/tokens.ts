/** Tokens by which programs come in. */
import { queryOptions } from '@tanstack/react-query'
import type { ApiToken, Role } from '../../store/access-store.ts'
import { get, send } from './client.ts'

export type ShownToken = Omit<ApiToken, 'tokenHash'>

export const tokensQuery = (all: boolean) =>
  queryOptions({
    queryKey: ['tokens', 'list', all],
    queryFn: async ({ signal }) =>
      (await get<{ readonly items: readonly ShownToken[] }>('/tokens', { all: all ? true : undefined }, signal)).items,
  })

/** The secret is told this once. */
export const makeToken = (token: {
  readonly name: string
  readonly role: Role
  readonly expiresDays: number
}): Promise<{ readonly token: ShownToken; readonly secret: string }> => send('POST', '/tokens', token)

export const removeToken = (id: string): Promise<void> => send('DELETE', `/tokens/${encodeURIComponent(id)}`)
