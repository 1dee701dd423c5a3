import { type UseQueryResult, useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { IncidentNote } from '../../../store/state-store.ts'
import { addNote } from '../../api/incidents.ts'
import { useMay } from '../../app/session-context.ts'
import { Button } from '../../components/button.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { TextArea } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { SkeletonLines } from '../../components/skeleton.tsx'
import { Text } from '../../components/text.tsx'
import { Time } from '../../components/time.tsx'
import classes from './notes.module.css'

export interface NotesProps {
  readonly incidentId: string
  readonly notes: UseQueryResult<{ readonly items: readonly IncidentNote[] }>
}

/** What people wrote about it; nobody can change or take away what was written. */
export function Notes({ incidentId, notes }: NotesProps) {
  const may = useMay('analyst')
  const items = notes.data?.items ?? []
  return (
    <div className={classes.notes}>
      {notes.isPending ? <SkeletonLines lines={3} /> : null}
      {notes.isError ? <ErrorState error={notes.error} onRetry={notes.refetch} /> : null}
      {notes.isSuccess && items.length === 0 ? (
        <p className={classes.none}>
          {may ? 'Nobody has written anything yet.' : 'Nobody has written anything yet. Notes take the role analyst.'}
        </p>
      ) : null}
      <ol className={classes.list}>
        {items.map((note) => (
          <li key={note.id}>
            <p className={classes.head}>
              <b>
                <Text value={note.userName} />
              </b>
              <Time ns={note.timeNs} />
            </p>
            <p>
              <Text value={note.text} keepLines />
            </p>
          </li>
        ))}
      </ol>
      {may ? <NewNote incidentId={incidentId} /> : null}
    </div>
  )
}

function NewNote({ incidentId }: { readonly incidentId: string }) {
  const [text, setText] = useState('')
  const client = useQueryClient()
  const add = useMutation({
    mutationFn: () => addNote(incidentId, text.trim()),
    onSuccess: async () => {
      setText('')
      await client.invalidateQueries({ queryKey: ['incidents', 'case', incidentId, 'notes'] })
    },
  })
  return (
    <Form
      label="New note"
      error={add.error}
      onSubmit={() => text.trim() !== '' && add.mutate()}
      foot={
        <div>
          <Button type="submit" isBusy={add.isPending} disabled={text.trim() === ''}>
            Add note
          </Button>
        </div>
      }
    >
      <TextArea
        label="New note"
        hideLabel
        placeholder="What you saw, did or asked"
        maxLength={10_000}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </Form>
  )
}
