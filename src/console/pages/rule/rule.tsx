import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams, useRouter } from '@tanstack/react-router'
import { Pencil, Trash2 } from 'lucide-react'
import type { RuleDetail } from '../../../api/services.ts'
import { queryText } from '../../api/client.ts'
import { removeRule, ruleQuery } from '../../api/rules.ts'
import { useMay } from '../../app/session-context.ts'
import { toastError } from '../../app/toasts.ts'
import { Button } from '../../components/button.tsx'
import { Code } from '../../components/code.tsx'
import { ConditionText } from '../../components/condition-text.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { KeyValue } from '../../components/key-value.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Panel } from '../../components/panel.tsx'
import { Severity } from '../../components/severity.tsx'
import { SkeletonLines } from '../../components/skeleton.tsx'
import { TechniqueChip } from '../../components/technique-chip.tsx'
import { Text } from '../../components/text.tsx'
import { RuleMarks } from '../rules/rule-marks.tsx'
import { ExceptionsPanel } from './exceptions-panel.tsx'
import classes from './rule.module.css'
import { StatePanel } from './state-panel.tsx'
import { TrialPanel } from './trial-panel.tsx'

const PARENT = { path: '/rules', title: 'Rules' }

/** One rule: what it looks for and why, how it runs, what it keeps silent about, and what it would have found. */
export function Rule() {
  const { name = '' } = useParams({ strict: false }) as { readonly name?: string }
  const query = useQuery(ruleQuery(name))
  const rule = query.data
  return (
    <>
      <PageHeader
        title={name}
        heading={<Text value={name} />}
        parent={PARENT}
        detail={rule === undefined ? '\u00a0' : <RuleMarks rule={rule} />}
        actions={rule === undefined ? undefined : <Actions rule={rule} />}
      />
      {query.isError ? <ErrorState error={query.error} onRetry={query.refetch} /> : null}
      {query.isPending ? <SkeletonLines lines={14} /> : null}
      {rule === undefined ? null : (
        <div className={classes.columns}>
          <div className={classes.main}>
            <About rule={rule} />
            <Panel title="Condition">
              <ConditionText text={rule.condition} />
            </Panel>
            <ExceptionsPanel rule={rule} />
            <Panel title="As it is written" detail={<Text value={`${rule.file}:${rule.line}`} />}>
              <Code text={rule.yaml} label="Text of the rule" />
            </Panel>
          </div>
          <div className={classes.side}>
            <StatePanel rule={rule} />
            <TrialPanel subject={{ name: rule.name }} />
          </div>
        </div>
      )}
    </>
  )
}

function Actions({ rule }: { readonly rule: RuleDetail }) {
  const may = useMay('responder')
  const router = useRouter()
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => removeRule(rule.name),
    onSuccess: async () => {
      router.history.push('/rules')
      await client.invalidateQueries({ queryKey: ['rules'] })
    },
    onError: toastError,
  })
  return (
    <>
      <Link to={`/findings${queryText({ rule: [rule.name], from: '30d' })}` as string}>Its findings</Link>
      {may && rule.origin === 'local' ? (
        <Button look="danger" icon={Trash2} isBusy={remove.isPending} onClick={() => remove.mutate()}>
          Remove
        </Button>
      ) : null}
      {may ? (
        <Button icon={Pencil} onClick={() => router.history.push(`/rule-editor${queryText({ rule: rule.name })}`)}>
          {rule.origin === 'local' ? 'Edit' : 'Edit a copy'}
        </Button>
      ) : null}
    </>
  )
}

function About({ rule }: { readonly rule: RuleDetail }) {
  const { desc, why, output, priority, techniques, tags, confidence, form, tests, noise } = rule
  const known = (value: string | null | undefined): value is string => typeof value === 'string' && value !== ''
  return (
    <Panel title="What it looks for">
      <p className={classes.desc}>
        <Text value={desc} />
      </p>
      {known(why) ? (
        <p className={classes.why}>
          <Text value={why} />
        </p>
      ) : null}
      <KeyValue
        entries={[
          { name: 'priority', value: <Severity priority={priority} /> },
          ...(techniques.length === 0
            ? []
            : [
                {
                  name: 'ATT&CK',
                  value: (
                    <span className={classes.techniques}>
                      {techniques.map((id) => (
                        <TechniqueChip key={id} id={id} withName />
                      ))}
                    </span>
                  ),
                },
              ]),
          { name: 'confidence', value: confidence },
          { name: 'output', value: <Text value={output} mono /> },
          ...(known(noise) ? [{ name: 'benign alike', value: <Text value={noise} /> }] : []),
          { name: 'form', value: FORMS[form] ?? form },
          { name: 'tests', value: tests },
          { name: 'tags', value: <Text value={tags.join(', ')} /> },
        ]}
      />
    </Panel>
  )
}

const FORMS: Readonly<Record<string, string>> = {
  condition: 'each event by itself',
  sequence: 'events that follow each other',
  threshold: 'many events in a time',
  first_seen: 'a value that is new',
}
