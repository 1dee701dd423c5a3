import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ActionInfo } from '../../api/services.ts'
import type { ActionRecord } from '../../findings/action-record.ts'
import { type ActionSubject, actionCatalogueQuery, askAction } from '../api/actions.ts'
import { toast } from '../app/toasts.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Select } from './field.tsx'
import { Form } from './form.tsx'
import classes from './respond-dialog.module.css'
import { Text } from './text.tsx'

export interface RespondDialogProps {
  readonly subject: ActionSubject
  /** Whom it is about, in words. */
  readonly name: string
  readonly incidentId?: string | undefined
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** Does something about a process or a container: first whom it would touch, then it. */
export function RespondDialog({ isOpen, onClose, name, ...rest }: RespondDialogProps) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Respond" detail={<Text value={name} />}>
      <RespondForm {...rest} onDone={onClose} />
    </Dialog>
  )
}

/** Those that need nothing said but whom, and what the subject has. */
function fits({ needs, settings }: ActionInfo, { processKey, containerId, file, ip }: ActionSubject): boolean {
  const has = { process: processKey, container: containerId, file, address: ip, none: undefined }[needs as 'process']
  const { required = [] } = settings as { readonly required?: readonly string[] }
  return has !== undefined && required.length === 0
}

const TIMES = [
  { value: '', name: 'Until somebody takes it back' },
  { value: '900', name: '15 minutes' },
  { value: '3600', name: '1 hour' },
  { value: '28800', name: '8 hours' },
]

interface FormProps {
  readonly subject: ActionSubject
  readonly incidentId?: string | undefined
  readonly onDone: () => void
}

function RespondForm({ subject, incidentId, onDone }: FormProps) {
  const client = useQueryClient()
  const { data: catalogue = [] } = useQuery(actionCatalogueQuery)
  const offered = catalogue.filter((info) => fits(info, subject))
  const [chosen, setChosen] = useState('')
  const [time, setTime] = useState('3600')
  const info = offered.find(({ name }) => name === chosen) ?? offered[0]
  const asked = (mode: 'act' | 'dry-run') => ({
    ...{ action: info?.name ?? '', subject, mode },
    ...(incidentId !== undefined && { incidentId }),
    ...(info?.undoable === true && time !== '' && { forSeconds: Number(time) }),
  })
  const preview = useMutation({ mutationFn: () => askAction(asked('dry-run')) })
  const act = useMutation({
    mutationFn: () => askAction(asked('act')),
    onSuccess: async () => {
      toast({ tone: 'good', text: 'The agent does it now: see Actions' })
      onDone()
      await client.invalidateQueries({ queryKey: ['actions'] })
    },
  })
  const choose = (name: string): void => {
    setChosen(name)
    preview.reset()
  }
  return (
    <Form
      label="Respond"
      error={preview.error ?? act.error}
      onSubmit={() => (preview.data === undefined ? preview.mutate() : act.mutate())}
      foot={
        <div className={classes.foot}>
          <Button look="quiet" onClick={onDone}>
            Cancel
          </Button>
          {preview.data === undefined ? (
            <Button type="submit" look="primary" isBusy={preview.isPending} disabled={info === undefined}>
              Whom would it touch?
            </Button>
          ) : (
            <Button type="submit" look={info?.undoable === true ? 'primary' : 'danger'} isBusy={act.isPending}>
              Do it
            </Button>
          )}
        </div>
      }
    >
      <Select
        label="Action"
        value={info?.name ?? ''}
        options={offered.map(({ name }) => ({ value: name, name }))}
        onChange={choose}
        hint={info?.doc}
      />
      {info?.undoable === true ? <Select label="For" value={time} options={TIMES} onChange={setTime} /> : null}
      {preview.data === undefined ? null : <Reach record={preview.data} />}
    </Form>
  )
}

function Reach({ record: { steps, reach } }: { readonly record: ActionRecord }) {
  const names = [...reach.processes, ...reach.containers.map((name) => `container ${name}`)]
  return (
    <div className={classes.reach} role="status">
      <p>
        <Text value={steps.at(-1)?.detail ?? ''} />
      </p>
      {names.length === 0 ? null : (
        <ul>
          {names.map((name) => (
            <li key={name}>
              <Text value={name} mono />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
