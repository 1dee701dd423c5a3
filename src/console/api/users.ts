/** People; only admins may read the list. */
import { queryOptions, useQuery } from '@tanstack/react-query'
import type { Role, User } from '../../store/access-store.ts'
import { useMay, useSession } from '../app/session-context.ts'
import { get, send } from './client.ts'

export const usersQuery = queryOptions({
  queryKey: ['users', 'list'],
  queryFn: async ({ signal }) => (await get<{ readonly items: readonly User[] }>('/users', {}, signal)).items,
})

export const addUser = (user: { readonly name: string; readonly role: Role; readonly password: string }): Promise<User> =>
  send('POST', '/users', user)
export const changeUser = (id: string, change: { readonly role?: Role; readonly disabled?: boolean }): Promise<User> =>
  send('PATCH', `/users/${encodeURIComponent(id)}`, change)
export const removeUser = (id: string): Promise<void> => send('DELETE', `/users/${encodeURIComponent(id)}`)

/** How that user is called; `you` for oneself, and `somebody else` where one may not know. */
export function useUserName(id: string | null | undefined): string | undefined {
  const { user } = useSession()
  const isAdmin = useMay('admin')
  const isOther = typeof id === 'string' && id !== user.id
  const users = useQuery({ ...usersQuery, enabled: isOther && isAdmin })
  if (!isOther) return typeof id === 'string' ? 'you' : undefined
  const found = users.data?.find((one) => one.id === id)
  return found === undefined ? 'somebody else' : found.displayName || found.name
}
