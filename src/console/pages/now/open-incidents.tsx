import { Link } from '@tanstack/react-router'
import { Radar, ShieldCheck } from 'lucide-react'
import type { Incident } from '../../../findings/incident.ts'
import { useUserName } from '../../api/users.ts'
import { incidentPath } from '../../app/paths.ts'
import { Badge } from '../../components/badge.tsx'
import { Code } from '../../components/code.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Panel } from '../../components/panel.tsx'
import { Risk } from '../../components/risk.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { Text } from '../../components/text.tsx'
import { Time } from '../../components/time.tsx'
import { counted } from '../../format/numbers.ts'
import classes from './open-incidents.module.css'
import type { useOpenIncidents } from './use-now.ts'

export interface OpenIncidentsProps extends ReturnType<typeof useOpenIncidents> {
  readonly hasSensors: boolean
}

/** What waits for somebody, the riskiest first. */
export function OpenIncidents({ query, incidents, total, hasSensors }: OpenIncidentsProps) {
  return (
    <Panel
      title="Open incidents"
      detail="by risk"
      flush
      actions={
        <Link to="/incidents" className={classes.all}>
          All incidents
        </Link>
      }
    >
      {query.isPending ? <Loading /> : null}
      {query.isError ? <ErrorState error={query.error} onRetry={query.refetch} /> : null}
      {query.isSuccess && total === 0 ? <Nothing hasSensors={hasSensors} /> : null}
      <ul>
        {incidents.map((incident) => (
          <li key={incident.id}>
            <IncidentRow incident={incident} />
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function IncidentRow({ incident }: { readonly incident: Incident }) {
  const assignee = useUserName(incident.assignee)
  return (
    <Link to={incidentPath(incident.id)} className={classes.row}>
      <Risk risk={incident.risk} />
      <span className={classes.words}>
        <span className={classes.title}>
          <Text value={incident.title} />
        </span>
        <span className={classes.facts}>
          <Text value={incident.hostname} />
          <span>{counted(incident.findings, 'finding')}</span>
          <span>{counted(incident.techniques.length, 'technique')}</span>
          {assignee === undefined ? null : (
            <span>
              taken by <Text value={assignee} />
            </span>
          )}
        </span>
      </span>
      <span className={classes.end}>
        {incident.state === 'acknowledged' ? <Badge tone="notice">Acknowledged</Badge> : null}
        <span className={classes.age}>
          <Time ns={incident.lastNs} as="ago" inRow />
        </span>
      </span>
    </Link>
  )
}

const Loading = () => (
  <div role="status" aria-label="Loading incidents">
    {[72, 58, 64].map((width) => (
      <div key={width} className={classes.row}>
        <Skeleton width="36px" height="36px" />
        <span className={classes.words}>
          <Skeleton width={`${width}%`} height="12px" />
        </span>
      </div>
    ))}
  </div>
)

function Nothing({ hasSensors }: { readonly hasSensors: boolean }) {
  if (!hasSensors) {
    return (
      <EmptyState small icon={Radar} title="No sensor has reported yet">
        <p>Start the agent on this host, as root: it finds this server by itself.</p>
        <div className={classes.command}>
          <Code label="Command that starts the agent" text="sudo ./tarsier run" prompt />
        </div>
      </EmptyState>
    )
  }
  return (
    <EmptyState small icon={ShieldCheck} title="No open incidents">
      <p>Nothing found waits for anybody. To see one appear, read the password file with a program that has no business with it:</p>
      <div className={classes.command}>
        <Code label="Command that causes a finding" text="sudo cat /etc/shadow > /dev/null" prompt />
      </div>
    </EmptyState>
  )
}
