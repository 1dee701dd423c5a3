/** The columns of the list of incidents. */
import type { Incident } from '../../../findings/incident.ts'
import { useUserName } from '../../api/users.ts'
import type { Column } from '../../components/data-table.tsx'
import { IncidentStateBadge } from '../../components/incident-state.tsx'
import { RiskBar } from '../../components/risk-bar.tsx'
import { Severity } from '../../components/severity.tsx'
import { Text } from '../../components/text.tsx'
import { Time } from '../../components/time.tsx'
import { counted } from '../../format/numbers.ts'
import classes from './columns.module.css'

export const INCIDENT_COLUMNS: readonly Column<Incident>[] = [
  { id: 'risk', header: 'Risk', width: '84px', cell: ({ risk }) => <RiskBar risk={risk} /> },
  { id: 'title', header: 'What happened', width: 'minmax(220px, 3fr)', cell: (incident) => <Title incident={incident} /> },
  { id: 'host', header: 'Host', width: 'minmax(90px, 0.7fr)', cell: ({ hostname }) => <Text value={hostname} oneLine /> },
  { id: 'findings', header: 'Findings', width: '62px', align: 'end', cell: ({ findings }) => findings },
  { id: 'state', header: 'State', width: '108px', cell: ({ state }) => <IncidentStateBadge state={state} /> },
  { id: 'assignee', header: 'Taken by', width: 'minmax(70px, 0.5fr)', cell: ({ assignee }) => <Assignee id={assignee} /> },
  { id: 'last', header: 'Last finding', width: '96px', align: 'end', cell: ({ lastNs }) => <Time ns={lastNs} as="ago" inRow /> },
]

const Title = ({ incident: { title, priority } }: { readonly incident: Incident }) => (
  <span className={classes.title}>
    <Severity priority={priority} compact />
    <Text value={title} oneLine />
  </span>
)

function Assignee({ id }: { readonly id: string | null | undefined }) {
  const name = useUserName(id)
  return name === undefined ? <span className={classes.nobody}>–</span> : <Text value={name} oneLine />
}

export const IncidentCard = ({ incident }: { readonly incident: Incident }) => (
  <span className={classes.card}>
    <Title incident={incident} />
    <span className={classes.facts}>
      <RiskBar risk={incident.risk} />
      <Text value={incident.hostname} />
      <span>{counted(incident.findings, 'finding')}</span>
      <Time ns={incident.lastNs} as="ago" inRow />
    </span>
  </span>
)
