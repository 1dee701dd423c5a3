import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { CircleCheck, Play } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ApiDiagnostic, RuleTestOutcome } from '../../../api/services.ts'
import { languageQuery, ruleQuery, saveRules, testRules, validateRules } from '../../api/rules.ts'
import { rulePath } from '../../app/paths.ts'
import { toast, toastError } from '../../app/toasts.ts'
import { oneOf, type Search, useUrlState } from '../../app/url-state.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { CodeEditor } from '../../components/code-editor/code-editor.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Panel } from '../../components/panel.tsx'
import { SkeletonLines } from '../../components/skeleton.tsx'
import { Text } from '../../components/text.tsx'
import { counted } from '../../format/numbers.ts'
import classes from '../rule/rule.module.css'
import { TrialPanel } from '../rule/trial-panel.tsx'
import { NEW_RULE } from './new-rule.ts'

const parse = (search: Search): { readonly rule: string | undefined } => ({ rule: oneOf(search, 'rule') })
const PARENT = { path: '/rules', title: 'Rules' }
const PAUSE_MS = 350

/** Writes a rule: what is wrong is told as one writes, its tests run in place, and it is tried on history before it is saved. */
export function RuleEditorPage() {
  const [{ rule }] = useUrlState(parse)
  const given = useQuery({ ...ruleQuery(rule ?? ''), enabled: rule !== undefined })
  const initial = rule === undefined ? NEW_RULE : given.data?.yaml
  if (given.isError) return <ErrorState error={given.error} onRetry={given.refetch} />
  return initial === undefined ? <SkeletonLines lines={14} /> : <Writing key={rule ?? ''} rule={rule} initial={initial} />
}

function Writing({ rule, initial }: { readonly rule: string | undefined; readonly initial: string }) {
  const [text, setText] = useState(initial)
  const diagnostics = useDiagnostics(text)
  const { data: entries = [] } = useQuery(languageQuery)
  const router = useRouter()
  const client = useQueryClient()
  const save = useMutation({
    mutationFn: () => saveRules(text),
    onSuccess: async ({ items }) => {
      toast({ tone: 'good', text: 'Saved; agents take it within seconds' })
      await client.invalidateQueries({ queryKey: ['rules'] })
      const [first] = items
      if (first !== undefined) router.history.push(rulePath(first.name))
    },
    onError: toastError,
  })
  const errors = diagnostics?.filter(({ severity }) => severity === 'error').length
  return (
    <>
      <PageHeader
        title={rule === undefined ? 'New rule' : `Edit ${rule}`}
        heading={<Text value={rule === undefined ? 'New rule' : rule} />}
        parent={PARENT}
        detail="A rule that is saved under the name of another one takes its place."
        actions={
          <Button look="primary" isBusy={save.isPending} disabled={errors !== 0} onClick={() => save.mutate()}>
            Save
          </Button>
        }
      />
      <div className={classes.columns}>
        <div className={classes.main}>
          <CodeEditor label="Rule file" initial={initial} onChange={setText} diagnostics={diagnostics ?? []} entries={entries} />
          <Problems diagnostics={diagnostics} />
        </div>
        <div className={classes.side}>
          <Tests yaml={text} isReady={errors === 0} />
          <TrialPanel subject={errors === 0 ? { yaml: text } : undefined} />
        </div>
      </div>
    </>
  )
}

/** Of the text as it was a moment ago; undefined until the first answer. */
function useDiagnostics(text: string): readonly ApiDiagnostic[] | undefined {
  const [found, setFound] = useState<readonly ApiDiagnostic[]>()
  useEffect(() => {
    let isOld = false
    const timer = setTimeout(() => {
      validateRules(text).then((diagnostics) => isOld || setFound(diagnostics), toastError)
    }, PAUSE_MS)
    return () => {
      isOld = true
      clearTimeout(timer)
    }
  }, [text])
  return found
}

function Problems({ diagnostics }: { readonly diagnostics: readonly ApiDiagnostic[] | undefined }) {
  if (diagnostics === undefined) return null
  if (diagnostics.length === 0) {
    return (
      <p className={classes.muted}>
        <CircleCheck size={14} aria-hidden /> Nothing is wrong with it.
      </p>
    )
  }
  return (
    <Panel title="What is wrong" detail={diagnostics.length}>
      <ul className={classes.results} aria-label="Problems">
        {diagnostics.slice(0, 20).map((one) => (
          <li key={`${one.line} ${one.column} ${one.code} ${one.message}`}>
            <Badge tone={one.severity === 'error' ? 'critical' : 'warning'}>{`line ${one.line}`}</Badge>
            <Text value={one.message} />
            {typeof one.hint === 'string' ? (
              <span className={classes.muted}>
                <Text value={one.hint} />
              </span>
            ) : null}
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function Tests({ yaml, isReady }: { readonly yaml: string; readonly isReady: boolean }) {
  const run = useMutation({ mutationFn: () => testRules(yaml), onError: toastError })
  const results = run.data?.results
  const passed = results?.filter((one) => one.passed).length ?? 0
  return (
    <Panel
      title="Tests"
      detail={results === undefined ? undefined : `${passed} of ${results.length} passed`}
      actions={
        <Button small icon={Play} isBusy={run.isPending} disabled={!isReady} onClick={() => run.mutate()}>
          Run tests
        </Button>
      }
    >
      {results === undefined ? (
        <p className={classes.muted}>The tests in the rule&apos;s own text: events that it must find, and such that it must not.</p>
      ) : null}
      {results?.length === 0 ? <p className={classes.muted}>It has none.</p> : null}
      <ul className={classes.results}>
        {results?.map((one) => (
          <Result key={`${one.rule} ${one.test}`} result={one} />
        ))}
      </ul>
    </Panel>
  )
}

const Result = ({ result: { rule, test, passed, reasons, line } }: { readonly result: RuleTestOutcome }) => (
  <li>
    <Badge tone={passed ? 'good' : 'critical'}>{passed ? 'Passed' : 'Failed'}</Badge>
    <span data-tip={counted(line, 'line')}>
      <Text value={`${rule}: ${test}`} />
    </span>
    {reasons.map((reason) => (
      <span key={reason} className={classes.muted}>
        <Text value={reason} />
      </span>
    ))}
  </li>
)
