/** Who is here, and what they may. */
import { queryOptions } from '@tanstack/react-query'
import type { Role, User } from '../../store/access-store.ts'
import { get, send, setCsrfToken } from './client.ts'

export interface SessionAnswer {
  readonly user: User
  readonly csrfToken: string
  readonly role: Role
  readonly permissions: readonly string[]
  readonly version: string
}

export interface LoginMethods {
  readonly password: boolean
  /** Nobody has been set up yet: the link that the server printed at its start makes the first admin. */
  readonly setup: boolean
  readonly oidc: readonly { readonly id: string; readonly label: string }[]
}

/** Throws ProblemError 401 when nobody is logged in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }) => begin(await get<SessionAnswer>('/session', {}, signal)),
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
})

export const loginMethodsQuery = queryOptions({
  queryKey: ['session', 'methods'],
  queryFn: ({ signal }) => get<LoginMethods>('/session/methods', {}, signal),
  retry: 1,
})

export const logIn = async (name: string, password: string): Promise<SessionAnswer> =>
  begin(await send<SessionAnswer>('POST', '/session', { name, password }))

export const setUp = async (secret: string, name: string, password: string): Promise<SessionAnswer> =>
  begin(await send<SessionAnswer>('POST', '/setup', { secret, name, password }))

export const logOut = (): Promise<void> => send<void>('DELETE', '/session')

export const changePassword = (current: string, next: string): Promise<void> => send('PUT', '/session/password', { current, next })

function begin(session: SessionAnswer): SessionAnswer {
  setCsrfToken(session.csrfToken)
  return session
}

/** As in src/store/access-store.ts, whose values belong to the server: each may what those before it may. */
const RANK: Readonly<Record<Role, number>> = { viewer: 0, analyst: 1, responder: 2, admin: 3 }

/** Whether `role` may what `least` may. */
export const mayAs = (role: Role, least: Role): boolean => RANK[role] >= RANK[least]
