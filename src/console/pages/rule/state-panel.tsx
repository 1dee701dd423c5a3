import { useMutation, useQueryClient } from '@tanstack/react-query'
import { RotateCcw } from 'lucide-react'
import type { RuleDetail } from '../../../api/services.ts'
import { PRIORITIES, type Priority } from '../../../findings/finding.ts'
import { PRIORITY_LABEL } from '../../../findings/priority.ts'
import { type RuleStateChange, resetRule, ruleQuery, setRuleState } from '../../api/rules.ts'
import { useMay } from '../../app/session-context.ts'
import { toastError } from '../../app/toasts.ts'
import { Button } from '../../components/button.tsx'
import { Select } from '../../components/field.tsx'
import { Panel } from '../../components/panel.tsx'
import { Switch } from '../../components/switch.tsx'
import classes from './rule.module.css'

/** Whether and how it runs; agents take a change within two seconds. */
export function StatePanel({ rule }: { readonly rule: RuleDetail }) {
  const may = useMay('responder')
  const client = useQueryClient()
  const change = useMutation({
    mutationFn: (state: RuleStateChange | undefined) => (state === undefined ? resetRule(rule.name) : setRuleState(rule.name, state)),
    onSuccess: async (detail) => {
      client.setQueryData(ruleQuery(rule.name).queryKey, detail)
      await client.invalidateQueries({ queryKey: ['rules', 'list'] })
    },
    onError: toastError,
  })
  return (
    <Panel
      title="How it runs"
      detail={may ? undefined : 'to change it takes the role responder'}
      actions={
        rule.overridden && may ? (
          <Button small look="quiet" icon={RotateCcw} onClick={() => change.mutate(undefined)}>
            As in its file
          </Button>
        ) : undefined
      }
    >
      <div className={classes.state}>
        <Switch label="On" isOn={rule.enabled} disabled={!may} onChange={(enabled) => change.mutate({ enabled })} />
        <Switch
          label="In shadow: judged and counted, without findings"
          isOn={rule.shadow}
          disabled={!may || !rule.enabled}
          onChange={(shadow) => change.mutate({ shadow })}
        />
        <Select
          label="Priority"
          disabled={!may}
          value={rule.priority}
          options={PRIORITIES.map((priority) => ({ value: priority, name: PRIORITY_LABEL[priority] }))}
          onChange={(priority) => change.mutate({ priority: priority as Priority })}
        />
      </div>
    </Panel>
  )
}
