/** What the page of an incident shows. */
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useMemo } from 'react'
import {
  incidentFindingsQuery,
  incidentQuery,
  incidentTimelineQuery,
  incidentTreeQuery,
  notesQuery,
  storyQuery,
} from '../../api/incidents.ts'
import { oneOf, type Search, useUrlState } from '../../app/url-state.ts'

const LOWER_TABS = ['evidence', 'timeline', 'notes'] as const
export type LowerTab = (typeof LOWER_TABS)[number]

interface IncidentState {
  readonly tab: LowerTab
  /** Id of the finding whose detail is open. */
  readonly finding: string | undefined
  /** How the processes are shown; undefined: as fits the window. */
  readonly processes: 'graph' | 'list' | undefined
}

function parse(search: Search): IncidentState {
  const tab = oneOf(search, 'tab')
  const processes = oneOf(search, 'processes')
  return {
    tab: LOWER_TABS.find((one) => one === tab) ?? 'evidence',
    finding: oneOf(search, 'finding'),
    processes: processes === 'graph' || processes === 'list' ? processes : undefined,
  }
}

export function useIncident() {
  const { id = '' } = useParams({ strict: false }) as { readonly id?: string }
  const [state, change] = useUrlState(parse)
  const incident = useQuery(incidentQuery(id))
  const story = useQuery(storyQuery(id))
  const tree = useQuery(incidentTreeQuery(id))
  const timeline = useQuery({ ...incidentTimelineQuery(id), enabled: state.tab === 'timeline' })
  const notes = useQuery(notesQuery(id))
  const findings = useQuery({ ...incidentFindingsQuery(id, incident.data?.firstNs ?? 0), enabled: incident.data !== undefined })
  const items = findings.data?.items
  const open = useMemo(() => items?.find((finding) => finding.id === state.finding), [items, state.finding])
  return { id, state, change, incident, story, tree, timeline, notes, findings, open }
}
