import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { FlaskConical, Square } from 'lucide-react'
import { useState } from 'react'
import type { Backtest } from '../../../api/services.ts'
import { beginTrial, cancelTrial, type TrialSubject, trialQuery } from '../../api/rules.ts'
import { useMay } from '../../app/session-context.ts'
import { toastError } from '../../app/toasts.ts'
import { Button } from '../../components/button.tsx'
import { Select } from '../../components/field.tsx'
import { FindingCard } from '../../components/finding-card.tsx'
import { Panel } from '../../components/panel.tsx'
import { ProgressBar } from '../../components/progress-bar.tsx'
import { StackedBars } from '../../components/stacked-bars.tsx'
import { Text } from '../../components/text.tsx'
import { counted, wholeNumber } from '../../format/numbers.ts'
import { barsOf } from '../../format/steps.ts'
import classes from './rule.module.css'

const RANGES = [
  { value: '1h', name: 'the last hour' },
  { value: '24h', name: 'the last 24 hours' },
  { value: '7d', name: 'the last 7 days' },
  { value: '14d', name: 'the last 14 days' },
] as const

/** What would it have found? The rule runs over history as it would have run live. `subject`: undefined while there is nothing to try. */
export function TrialPanel({ subject }: { readonly subject: TrialSubject | undefined }) {
  const [from, setFrom] = useState<string>('24h')
  const [id, setId] = useState<string>()
  const client = useQueryClient()
  const may = useMay('analyst')
  const begin = useMutation({
    mutationFn: (given: TrialSubject) => beginTrial(given, from),
    onSuccess: (trial) => {
      client.setQueryData(trialQuery(trial.id).queryKey, trial)
      setId(trial.id)
    },
    onError: toastError,
  })
  const trial = useQuery({ ...trialQuery(id ?? ''), enabled: id !== undefined })
  const isRunning = trial.data?.state === 'running'
  return (
    <Panel title="Try it on history" detail="before it is on">
      {may ? (
        <div className={classes.trial}>
          <Select label="Over" value={from} options={RANGES} onChange={setFrom} />
          {isRunning && id !== undefined ? (
            <Button icon={Square} onClick={() => void cancelTrial(id).catch(toastError)}>
              Stop
            </Button>
          ) : (
            <Button
              icon={FlaskConical}
              isBusy={begin.isPending}
              disabled={subject === undefined}
              onClick={() => subject !== undefined && begin.mutate(subject)}
            >
              Try it
            </Button>
          )}
        </div>
      ) : (
        <p className={classes.muted}>Trying a rule takes the role analyst.</p>
      )}
      {trial.data === undefined ? null : <Outcome trial={trial.data} />}
    </Panel>
  )
}

const DAY_NS = 86_400e9

function Outcome({ trial }: { readonly trial: Backtest }) {
  const { state, progress, findings, scanned, perDay, samples, unknownFields, error, range } = trial
  const points = perDay.map(({ timeNs, count }) => ({ timeNs, series: 0, count }))
  const bars = barsOf(points, { ...range, stepNs: DAY_NS }, 1)
  return (
    <div className={classes.outcome} aria-live="polite">
      {state === 'running' ? <ProgressBar label="Trying the rule" share={progress} /> : null}
      {state === 'failed' ? (
        <p role="alert">
          <Text value={error ?? 'It failed.'} />
        </p>
      ) : null}
      <p>
        <b className={classes.figure}>{wholeNumber(findings)}</b>{' '}
        {`${findings === 1 ? 'finding' : 'findings'} ${state === 'done' ? 'would have come' : state === 'running' ? 'so far' : 'until it was stopped'}; looked at ${counted(scanned, 'event')} that it could match.`}
      </p>
      {unknownFields.length === 0 ? null : (
        <p className={classes.muted}>{`History does not keep ${unknownFields.join(', ')}: live it may find more or less.`}</p>
      )}
      {bars.length < 2 ? null : (
        <StackedBars
          label="Findings per day"
          series={[{ name: 'findings', colour: 'var(--series-1)' }]}
          bars={bars}
          stepNs={DAY_NS}
          height={44}
        />
      )}
      {samples.length === 0 ? null : (
        <ul className={classes.samples}>
          {samples.slice(0, 10).map((finding) => (
            <li key={finding.id}>
              <FindingCard finding={{ ...finding, incidentId: undefined, excepted: false }} />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
