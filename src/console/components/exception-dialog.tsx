import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { addException } from '../api/rules.ts'
import { useSession } from '../app/session-context.ts'
import { toast } from '../app/toasts.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import classes from './exception-dialog.module.css'
import { Input, TextArea } from './field.tsx'
import { Form } from './form.tsx'
import { IconButton } from './icon-button.tsx'

/** A field with the value that it has in the harmless case. */
export interface ExceptionPart {
  readonly field: string
  readonly value: string
  readonly isUsed: boolean
}

export interface ExceptionDialogProps {
  readonly rule: string
  /** What is offered: of a finding its fields. */
  readonly parts: readonly ExceptionPart[]
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** Keeps a rule silent about one harmless case: which, who answers for it, why, and until when. */
export function ExceptionDialog({ rule, parts, isOpen, onClose }: ExceptionDialogProps) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Add exception" detail={`“${rule}” stays silent where all of this is so`}>
      <ExceptionForm rule={rule} parts={parts} onDone={onClose} />
    </Dialog>
  )
}

const DAYS = 90

function ExceptionForm({
  rule,
  parts: given,
  onDone,
}: {
  readonly rule: string
  readonly parts: readonly ExceptionPart[]
  readonly onDone: () => void
}) {
  const { user } = useSession()
  const [parts, setParts] = useState(given.length === 0 ? [{ field: '', value: '', isUsed: true }] : given)
  const [name, setName] = useState('')
  const [reason, setReason] = useState('')
  const [owner, setOwner] = useState(user.name)
  const [expires, setExpires] = useState(() => new Date(Date.now() + DAYS * 86_400_000).toISOString().slice(0, 10))
  const client = useQueryClient()
  const used = parts.filter(({ isUsed, field }) => isUsed && field.trim() !== '')
  const add = useMutation({
    mutationFn: () =>
      addException(rule, {
        ...{ name: name.trim(), owner: owner.trim(), reason: reason.trim(), expires: expires === '' ? undefined : expires, comps: [] },
        fields: used.map(({ field }) => field.trim()),
        values: [used.map(({ value }) => value)],
      }),
    onSuccess: async () => {
      toast({ tone: 'good', text: 'The rule is silent about it from now on' })
      onDone()
      await Promise.all([client.invalidateQueries({ queryKey: ['rules'] }), client.invalidateQueries({ queryKey: ['findings'] })])
    },
  })
  const change = (index: number, patch: Partial<ExceptionPart>): void =>
    setParts(parts.map((part, at) => (at === index ? { ...part, ...patch } : part)))
  const isReady = used.length > 0 && name.trim() !== '' && owner.trim() !== '' && reason.trim() !== ''
  return (
    <Form
      label="Add exception"
      error={add.error}
      onSubmit={() => isReady && add.mutate()}
      foot={
        <div className={classes.foot}>
          <Button look="quiet" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" look="primary" isBusy={add.isPending} disabled={!isReady}>
            Add exception
          </Button>
        </div>
      }
    >
      <fieldset className={classes.parts}>
        <legend>Where all of this is so</legend>
        {parts.map((part, index) => (
          <Part key={`${index}`} part={part} isOwn={index >= given.length} onChange={(patch) => change(index, patch)} />
        ))}
        <Button small look="quiet" icon={Plus} onClick={() => setParts([...parts, { field: '', value: '', isUsed: true }])}>
          Another field
        </Button>
      </fieldset>
      <Input
        label="Name"
        hint="Of the exception, unique within its rule."
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <TextArea
        label="Reason"
        hint="Why this is harmless."
        maxLength={1000}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <div className={classes.two}>
        <Input label="Owner" hint="Who answers for it." maxLength={100} value={owner} onChange={(event) => setOwner(event.target.value)} />
        <Input
          label="Until"
          type="date"
          hint="Left empty: until it is taken away."
          value={expires}
          onChange={(event) => setExpires(event.target.value)}
        />
      </div>
    </Form>
  )
}

interface PartProps {
  readonly part: ExceptionPart
  /** Added by hand: its field can be written. */
  readonly isOwn: boolean
  readonly onChange: (patch: Partial<ExceptionPart>) => void
}

function Part({ part: { field, value, isUsed }, isOwn, onChange }: PartProps) {
  return (
    <div className={classes.part}>
      {isOwn ? (
        <>
          <IconButton icon={X} label="Leave it out" small onClick={() => onChange({ isUsed: false, field: '' })} />
          <Input
            label="Field"
            hideLabel
            mono
            placeholder="proc.pname"
            value={field}
            onChange={(event) => onChange({ field: event.target.value })}
          />
        </>
      ) : (
        <label className={classes.chosen}>
          <input type="checkbox" checked={isUsed} onChange={() => onChange({ isUsed: !isUsed })} />
          <code>{field}</code>
        </label>
      )}
      <Input
        label={`Value of ${field || 'the field'}`}
        hideLabel
        mono
        disabled={!isUsed}
        value={value}
        onChange={(event) => onChange({ value: event.target.value })}
      />
    </div>
  )
}
