import { useQuery } from '@tanstack/react-query'
import { ShieldCheck } from 'lucide-react'
import type { ResponseSummary } from '../../../api/services.ts'
import { responsesQuery } from '../../api/actions.ts'
import { Badge, type Tone } from '../../components/badge.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { SkeletonLines } from '../../components/skeleton.tsx'
import { Text } from '../../components/text.tsx'
import classes from './actions.module.css'

/** What is done by itself, and what holds it back. */
export function InForce() {
  const query = useQuery(responsesQuery)
  if (query.isPending) return <SkeletonLines lines={8} />
  if (query.isError) return <ErrorState error={query.error} onRetry={query.refetch} />
  const { responses, protections, maintenance, diagnostics } = query.data
  return (
    <div className={classes.inForce}>
      {diagnostics.map(({ code, message, line }) => (
        <p key={`${code} ${line} ${message}`} className={classes.problem}>
          <Text value={`Line ${line}: ${message}`} />
        </p>
      ))}
      {responses.length === 0 ? (
        <EmptyState icon={ShieldCheck} title="No response is in force">
          Give the agent files of them: tarsier run --responses FILE
        </EmptyState>
      ) : (
        <ul className={classes.responses}>
          {responses.map((response) => (
            <Response key={response.name} response={response} />
          ))}
        </ul>
      )}
      {maintenance.map(({ name, mode, open }) => (
        <p key={name}>
          Maintenance <Text value={`“${name}”`} />: {mode} {open ? <Badge tone="warning">Now</Badge> : null}
        </p>
      ))}
      {protections.length === 0 ? null : (
        <p>
          Never touched: <Text value={protections.join(', ')} />
        </p>
      )}
    </div>
  )
}

const TONES: Readonly<Record<ResponseSummary['mode'], Tone>> = { off: 'info', 'dry-run': 'info', ask: 'warning', act: 'accent' }

const Response = ({ response: { name, desc, mode, actions, limits } }: { readonly response: ResponseSummary }) => (
  <li className={classes.response}>
    <p className={classes.head}>
      <strong>
        <Text value={name} />
      </strong>
      <Badge tone={TONES[mode]}>{mode}</Badge>
    </p>
    {desc === '' ? null : (
      <p className={classes.muted}>
        <Text value={desc} />
      </p>
    )}
    <p>
      <Text value={actions.join(', then ')} mono />
    </p>
    <p className={classes.muted}>
      {`At most ${limits.perMinute} a minute, ${limits.processes} processes and ${limits.containers} containers at once`}
    </p>
  </li>
)
