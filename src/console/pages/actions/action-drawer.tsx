import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Check, Undo2, X } from 'lucide-react'
import type { ActionRecord } from '../../../findings/action-record.ts'
import { actionQuery, answerAction } from '../../api/actions.ts'
import { useUserName } from '../../api/users.ts'
import { findingPath, incidentPath } from '../../app/paths.ts'
import { useMay } from '../../app/session-context.ts'
import { toast, toastError } from '../../app/toasts.ts'
import { ActionPhaseBadge } from '../../components/action-phase.tsx'
import { Button } from '../../components/button.tsx'
import { Drawer } from '../../components/dialog.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { KeyValue } from '../../components/key-value.tsx'
import { SkeletonLines } from '../../components/skeleton.tsx'
import { Text } from '../../components/text.tsx'
import { Time } from '../../components/time.tsx'
import classes from './actions.module.css'

/** One action: every step, whom it touched, and what can be said to it. */
export function ActionDrawer({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const query = useQuery(actionQuery(id))
  const record = query.data
  return (
    <Drawer
      isOpen
      onClose={onClose}
      title={record?.action ?? 'Action'}
      detail={record === undefined ? undefined : <Text value={record.target} />}
      size="large"
    >
      {query.isPending ? <SkeletonLines lines={8} /> : null}
      {query.isError ? <ErrorState error={query.error} onRetry={query.refetch} /> : null}
      {record === undefined ? null : (
        <div className={classes.drawer}>
          <p className={classes.head}>
            <ActionPhaseBadge phase={record.phase} />
            <Answers record={record} />
          </p>
          <Steps record={record} />
          <Facts record={record} />
        </div>
      )}
    </Drawer>
  )
}

const WORDS = { approve: 'It is allowed', deny: 'It is not done', undo: 'It is being taken back' } as const

function Answers({ record: { id, phase, policy, undoable } }: { readonly record: ActionRecord }) {
  const client = useQueryClient()
  const may = useMay('responder')
  const answer = useMutation({
    mutationFn: (given: keyof typeof WORDS) => answerAction(id, given),
    onSuccess: async (_, given) => {
      toast({ tone: 'good', text: WORDS[given] })
      await client.invalidateQueries({ queryKey: ['actions'] })
    },
    onError: toastError,
  })
  if (!may) return null
  const isWaiting = phase === 'asked' && policy !== undefined
  return (
    <span className={classes.answers}>
      {isWaiting ? (
        <>
          <Button icon={Check} look="primary" isBusy={answer.isPending} onClick={() => answer.mutate('approve')}>
            Allow
          </Button>
          <Button icon={X} isBusy={answer.isPending} onClick={() => answer.mutate('deny')}>
            Deny
          </Button>
        </>
      ) : null}
      {undoable ? (
        <Button icon={Undo2} isBusy={answer.isPending} onClick={() => answer.mutate('undo')}>
          Take it back
        </Button>
      ) : null}
    </span>
  )
}

const Steps = ({ record: { steps } }: { readonly record: ActionRecord }) => (
  <section>
    <h3>Steps</h3>
    <ol className={classes.steps}>
      {steps.map(({ phase, timeNs, detail }) => (
        <li key={`${timeNs} ${phase}`}>
          <Time ns={timeNs} as="precise" />
          <span className={classes.phase}>{phase}</span>
          <Text value={detail} />
        </li>
      ))}
    </ol>
  </section>
)

function Facts({ record }: { readonly record: ActionRecord }) {
  const { hostname, policy, userId, mode, findingId, incidentId, expiresNs, reach, detail } = record
  const user = useUserName(userId)
  const touched = [...reach.processes, ...reach.containers.map((name) => `container ${name}`)]
  return (
    <KeyValue
      entries={[
        { name: 'host', value: <Text value={hostname} /> },
        { name: 'asked for by', value: <Text value={policy ?? user ?? 'a person'} /> },
        ...(policy !== undefined && user !== undefined ? [{ name: 'answered by', value: <Text value={user} /> }] : []),
        { name: 'mode', value: mode },
        ...(touched.length === 0 ? [] : [{ name: 'touches', value: <Text value={touched.join(', ')} /> }]),
        ...(typeof expiresNs === 'number' ? [{ name: 'taken back at', value: <Time ns={expiresNs} as="full" /> }] : []),
        ...(typeof findingId === 'string'
          ? [{ name: 'finding', value: <Link to={findingPath(findingId) as string}>Open the finding</Link> }]
          : []),
        ...(typeof incidentId === 'string'
          ? [{ name: 'incident', value: <Link to={incidentPath(incidentId) as string}>Open the incident</Link> }]
          : []),
        ...Object.entries(detail).map(([name, value]) => ({ name, value: <Text value={String(value)} mono /> })),
      ]}
    />
  )
}
