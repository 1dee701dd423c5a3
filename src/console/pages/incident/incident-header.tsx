import { Link } from '@tanstack/react-router'
import type { Incident } from '../../../findings/incident.ts'
import { INCIDENT_ACTIONS } from '../../actions.ts'
import { useUserName } from '../../api/users.ts'
import { eventsPath } from '../../app/paths.ts'
import { useActionContext } from '../../app/session-context.ts'
import { runAction, usePageActions } from '../../app/use-actions.ts'
import { Button } from '../../components/button.tsx'
import { CopyText } from '../../components/copy-button.tsx'
import { IncidentStateBadge } from '../../components/incident-state.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { RespondButton } from '../../components/respond-button.tsx'
import { Risk } from '../../components/risk.tsx'
import { Severity } from '../../components/severity.tsx'
import { Text } from '../../components/text.tsx'
import { Time } from '../../components/time.tsx'
import { counted, timeSpan } from '../../format/numbers.ts'
import classes from './incident-header.module.css'

export function IncidentHeader({ incident }: { readonly incident: Incident }) {
  const context = useActionContext()
  const actions = usePageActions(INCIDENT_ACTIONS, incident)
  return (
    <PageHeader
      title={incident.title}
      parent={{ path: '/incidents', title: 'Incidents' }}
      heading={
        <span className={classes.title}>
          <Risk risk={incident.risk} large />
          <span>
            <Text value={incident.title} />
          </span>
        </span>
      }
      detail={<Facts incident={incident} />}
      actions={
        <>
          {typeof incident.processKey === 'string' || typeof incident.containerId === 'string' ? <Respond incident={incident} /> : null}
          {actions.map((action, index) => (
            <Button
              key={action.id}
              icon={action.icon}
              look={index === 0 && incident.state === 'open' ? 'primary' : 'plain'}
              shortcut={index === 0 && incident.state === 'open' ? undefined : action.shortcut}
              onClick={() => runAction(action, context)}
            >
              {SHORT[action.id] ?? action.name}
            </Button>
          ))}
        </>
      }
    />
  )
}

const Respond = ({ incident: { id, hostname, processKey, containerId } }: { readonly incident: Incident }) => (
  <RespondButton
    subject={{ hostname, ...(typeof processKey === 'string' && { processKey }), ...(typeof containerId === 'string' && { containerId }) }}
    name={`${typeof containerId === 'string' ? `container ${containerId.slice(0, 12)}` : `process ${processKey ?? ''}`} on ${hostname}`}
    incidentId={id}
  />
)

/** On the page it is clear what they are about. */
const SHORT: Readonly<Record<string, string>> = {
  'incident.acknowledged': 'Acknowledge',
  'incident.take': 'Assign to me',
  'incident.closed': 'Close',
  'incident.open': 'Open again',
  'incident.release': 'Unassign',
}

function Facts({ incident }: { readonly incident: Incident }) {
  const assignee = useUserName(incident.assignee)
  const { firstNs, lastNs, hostname, containerId } = incident
  const around = { from: new Date(firstNs / 1e6 - 60_000).toISOString(), to: new Date(lastNs / 1e6 + 60_000).toISOString() }
  return (
    <div className={classes.facts}>
      <IncidentStateBadge state={incident.state} />
      <Severity priority={incident.priority} />
      <span>
        <Text value={hostname} />
      </span>
      {typeof containerId === 'string' ? (
        <span>
          container{' '}
          <CopyText text={containerId} what="Copy container id">
            <Text value={containerId.slice(0, 12)} mono />
          </CopyText>
        </span>
      ) : null}
      <span>
        <Time ns={firstNs} /> to <Time ns={lastNs} />, {timeSpan(Math.max(0, lastNs - firstNs))}
      </span>
      <span>{counted(incident.findings, 'finding')}</span>
      <Link to={eventsPath({ ...around, host: [hostname] })}>All events of that time</Link>
      <span>{assignee === undefined ? 'nobody has taken it' : `taken by ${assignee}`}</span>
    </div>
  )
}
