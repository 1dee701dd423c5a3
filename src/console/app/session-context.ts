/** Who is here, for everything inside the shell. */
import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { createContext, useContext, useMemo } from 'react'
import type { Role } from '../../store/access-store.ts'
import type { ActionContext } from '../actions/action.ts'
import { mayAs, type SessionAnswer } from '../api/session.ts'

export const SessionContext = createContext<SessionAnswer | undefined>(undefined)

/** Throws outside of the shell: a bug. */
export function useSession(): SessionAnswer {
  const session = useContext(SessionContext)
  if (session === undefined) throw new Error('useSession outside of the shell')
  return session
}

/** Whether the person here may do what takes at least that role. */
export const useMay = (least: Role): boolean => mayAs(useSession().role, least)

/** What actions are given. */
export function useActionContext(): ActionContext {
  const session = useSession()
  const client: QueryClient = useQueryClient()
  const router = useRouter()
  return useMemo(() => ({ session, client, goTo: (url) => router.history.push(url) }), [session, client, router])
}
