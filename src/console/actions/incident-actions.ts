/** What a person does about an incident. */
import { CircleCheck, CircleDot, Eye, UserMinus, UserPlus } from 'lucide-react'
import type { Incident, IncidentState } from '../../findings/incident.ts'
import { changeIncident } from '../api/incidents.ts'
import type { Action, ActionContext } from './action.ts'

/** Shows the answer at once, everywhere. */
async function apply({ client }: ActionContext, { id }: Incident, change: Parameters<typeof changeIncident>[1]): Promise<void> {
  const incident = await changeIncident(id, change)
  client.setQueryData(['incidents', 'one', id], incident)
  await client.invalidateQueries({ queryKey: ['incidents', 'list'] })
}

const moveTo = (state: IncidentState, name: string, icon: typeof Eye, shortcut: string): Action<Incident> => ({
  id: `incident.${state}`,
  name,
  group: 'Incident',
  icon,
  shortcut,
  permission: 'analyst',
  appliesTo: (incident) => incident.state !== state,
  run: (context, incident) => apply(context, incident, { state }),
})

export const acknowledgeIncident = moveTo('acknowledged', 'Acknowledge incident', Eye, 'a')
export const closeIncident = moveTo('closed', 'Close incident', CircleCheck, 'c')
export const reopenIncident = moveTo('open', 'Open incident again', CircleDot, 'o')

export const takeIncident: Action<Incident> = {
  id: 'incident.take',
  name: 'Assign incident to me',
  group: 'Incident',
  icon: UserPlus,
  shortcut: 'm',
  permission: 'analyst',
  appliesTo: (incident, { session }) => incident.assignee !== session.user.id,
  run: (context, incident) => apply(context, incident, { assignee: context.session.user.id }),
}

export const releaseIncident: Action<Incident> = {
  id: 'incident.release',
  name: 'Remove assignee',
  group: 'Incident',
  icon: UserMinus,
  permission: 'analyst',
  appliesTo: (incident) => incident.assignee !== undefined && incident.assignee !== null,
  run: (context, incident) => apply(context, incident, { assignee: null }),
}
