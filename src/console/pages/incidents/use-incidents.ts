/** The list of incidents, as the URL has it narrowed. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { INCIDENT_STATES, type IncidentState } from '../../../findings/incident.ts'
import { incidentsQuery } from '../../api/incidents.ts'
import { useSession } from '../../app/session-context.ts'
import { allOf, oneOf, type Search, useUrlState } from '../../app/url-state.ts'

/** `open`: those that nobody has closed. */
export type StateChoice = 'open' | 'closed' | 'all'

export interface IncidentsState {
  readonly choice: StateChoice
  readonly text: string
  readonly mine: boolean
  readonly order: 'risk' | 'last'
  readonly host: readonly string[]
  readonly from: string | undefined
  readonly to: string | undefined
}

/** What is open stays open, however old. */
export const USUAL_RANGE = 'all'

/** Of the URL; what it does not know is as if it were not there. */
export function parseIncidents(search: Search): IncidentsState {
  const choice = oneOf(search, 'state')
  return {
    choice: choice === 'closed' || choice === 'all' ? choice : 'open',
    text: oneOf(search, 'text') ?? '',
    mine: oneOf(search, 'mine') === 'true',
    order: oneOf(search, 'order') === 'last' ? 'last' : 'risk',
    host: allOf(search, 'host'),
    from: oneOf(search, 'from'),
    to: oneOf(search, 'to'),
  }
}

const STATES: Readonly<Record<StateChoice, readonly IncidentState[]>> = {
  open: ['open', 'acknowledged'],
  closed: ['closed'],
  all: INCIDENT_STATES,
}

export function useIncidents() {
  const [state, change] = useUrlState(parseIncidents)
  const { user } = useSession()
  const { choice, text, mine, order, host, from, to } = state
  const query = useInfiniteQuery(
    incidentsQuery({
      from,
      to,
      state: STATES[choice],
      text: text === '' ? undefined : text,
      assignee: mine ? user.id : undefined,
      host,
      order,
    }),
  )
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  return { state, change, query, rows }
}
