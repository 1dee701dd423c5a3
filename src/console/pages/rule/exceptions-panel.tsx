import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { RuleDetail, RuleException } from '../../../api/services.ts'
import { removeException } from '../../api/rules.ts'
import { useMay } from '../../app/session-context.ts'
import { toastError } from '../../app/toasts.ts'
import { Button } from '../../components/button.tsx'
import { ExceptionDialog } from '../../components/exception-dialog.tsx'
import { IconButton } from '../../components/icon-button.tsx'
import { Panel } from '../../components/panel.tsx'
import { Text } from '../../components/text.tsx'
import classes from './rule.module.css'

/** What the rule keeps silent about, who answers for it, and until when. */
export function ExceptionsPanel({ rule }: { readonly rule: RuleDetail }) {
  const [isAdding, setAdding] = useState(false)
  const may = useMay('analyst')
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: (name: string) => removeException(rule.name, name),
    onSuccess: () => Promise.all([client.invalidateQueries({ queryKey: ['rules'] }), client.invalidateQueries({ queryKey: ['findings'] })]),
    onError: toastError,
  })
  return (
    <Panel
      title="Exceptions"
      detail={rule.exceptionList.length === 0 ? 'none' : rule.exceptionList.length}
      flush
      actions={
        may ? (
          <Button small icon={Plus} onClick={() => setAdding(true)}>
            Add exception
          </Button>
        ) : undefined
      }
    >
      <ul className={classes.exceptions}>
        {rule.exceptionList.map((exception) => (
          <li key={exception.name}>
            <div className={classes.exceptionHead}>
              <b>
                <Text value={exception.name} />
              </b>
              <span className={classes.muted}>
                <Text value={answered(exception)} />
              </span>
              {exception.managed && may ? (
                <IconButton icon={Trash2} label={`Remove ${exception.name}`} small onClick={() => remove.mutate(exception.name)} />
              ) : null}
            </div>
            {exception.reason === '' ? null : (
              <p>
                <Text value={exception.reason} />
              </p>
            )}
            <p className={classes.rows}>
              <Text value={rowsText(exception)} mono keepLines />
            </p>
          </li>
        ))}
      </ul>
      <ExceptionDialog rule={rule.name} parts={[]} isOpen={isAdding} onClose={() => setAdding(false)} />
    </Panel>
  )
}

const answered = ({ owner, expires, managed }: RuleException): string =>
  [owner, expires === undefined || expires === null ? '' : `until ${expires}`, managed ? '' : 'in its file'].filter(Boolean).join(', ')

const MOST_ROWS = 8

/** `proc.name = tar and fd.name = /x`, a line for each row. */
function rowsText({ fields, comps, values }: RuleException): string {
  const rows = values.map((row) =>
    row.length === 1 && fields.length === 1
      ? [row].flat(2).join(', ')
      : row
          .map(
            (value, index) =>
              `${fields[index] ?? ''} ${comps[index] ?? '='} ${typeof value === 'string' ? value : `(${value.join(', ')})`}`,
          )
          .join(' and '),
  )
  const head = fields.length === 1 ? `${fields[0]} ${comps[0] ?? 'in'} ` : ''
  const shown = rows.slice(0, MOST_ROWS)
  return head + shown.join(head === '' ? '\n' : ', ') + (rows.length > MOST_ROWS ? ` … and ${rows.length - MOST_ROWS} more` : '')
}
