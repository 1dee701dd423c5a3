import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Archive, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import type { RetentionKind, RetentionSettings } from '../../../store/store.ts'
import { backUp, setRetention, storeQuery } from '../../api/store.ts'
import { useMay } from '../../app/session-context.ts'
import { toast, toastError } from '../../app/toasts.ts'
import { Button } from '../../components/button.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Input } from '../../components/field.tsx'
import { KeyValue } from '../../components/key-value.tsx'
import { Panel } from '../../components/panel.tsx'
import { ProgressBar } from '../../components/progress-bar.tsx'
import { SkeletonLines } from '../../components/skeleton.tsx'
import { Text } from '../../components/text.tsx'
import { byteSize, wholeNumber } from '../../format/numbers.ts'
import classes from './settings.module.css'

const KINDS: readonly { readonly kind: RetentionKind; readonly name: string; readonly doc: string }[] = [
  { kind: 'findings', name: 'Findings', doc: 'With incidents, processes and actions.' },
  { kind: 'history', name: 'History', doc: 'The stream of events.' },
  { kind: 'audit', name: 'Audit log', doc: 'What people did.' },
  { kind: 'sensorPoints', name: 'Sensors', doc: 'How they were.' },
]

/** What is kept, for how long, and copies of it. */
export function Storage() {
  const query = useQuery(storeQuery)
  const may = useMay('admin')
  if (query.isError) return <ErrorState error={query.error} onRetry={query.refetch} />
  const { data: store } = query
  if (store === undefined) return <SkeletonLines lines={8} />
  return (
    <>
      <Panel title="On the disk">
        {store.historyStopped ? (
          <p role="alert" className={classes.alert}>
            <TriangleAlert size={14} aria-hidden /> The disk is nearly full: no events are kept any more. Findings still are.
          </p>
        ) : null}
        <KeyValue
          entries={[
            { name: 'findings', value: wholeNumber(store.findings) },
            { name: 'events', value: wholeNumber(store.events) },
            { name: 'size', value: byteSize(store.bytes) },
            { name: 'free', value: byteSize(store.freeBytes) },
            { name: 'folder', value: <Text value={store.folder} mono /> },
          ]}
        />
      </Panel>
      <Panel title="How long it is kept" detail={may ? 'what is older, or beyond the size, goes' : 'admins change it'} flush>
        <ul className={classes.list}>
          {KINDS.map(({ kind, name, doc }) => (
            <Retention
              key={`${kind} ${JSON.stringify(store.retention[kind])}`}
              kind={kind}
              name={name}
              doc={doc}
              settings={store.retention[kind]}
              may={may}
            />
          ))}
        </ul>
      </Panel>
      {may ? <Backup /> : null}
    </>
  )
}

interface RetentionProps {
  readonly kind: RetentionKind
  readonly name: string
  readonly doc: string
  readonly settings: RetentionSettings
  readonly may: boolean
}

const GIB = 1024 ** 3

function Retention({ kind, name, doc, settings, may }: RetentionProps) {
  const [days, setDays] = useState(settings.maxAgeDays === undefined ? '' : String(settings.maxAgeDays))
  const [size, setSize] = useState(typeof settings.maxBytes === 'number' ? String(Math.round((settings.maxBytes / GIB) * 1000) / 1000) : '')
  const client = useQueryClient()
  const save = useMutation({
    mutationFn: () =>
      setRetention(kind, {
        maxAgeDays: days === '' ? undefined : Number(days),
        maxBytes: size === '' ? undefined : Math.round(Number(size) * GIB),
      }),
    onSuccess: () => {
      toast({ tone: 'good', text: `${name}: kept so from now on` })
      return client.invalidateQueries({ queryKey: ['store'] })
    },
    onError: toastError,
  })
  return (
    <li className={classes.item}>
      <span className={classes.person}>
        <b>{name}</b>
        <span className={classes.muted}>{doc}</span>
      </span>
      <Input
        label={`${name}: days`}
        type="number"
        min={0}
        step="any"
        placeholder="for ever"
        disabled={!may}
        className={classes.short}
        value={days}
        onChange={(event) => setDays(event.target.value)}
      />
      <Input
        label={`${name}: GiB`}
        type="number"
        min={0}
        step="any"
        placeholder="no limit"
        disabled={!may}
        className={classes.short}
        value={size}
        onChange={(event) => setSize(event.target.value)}
      />
      {may ? (
        <Button small isBusy={save.isPending} onClick={() => save.mutate()}>
          Save
        </Button>
      ) : null}
    </li>
  )
}

function Backup() {
  const make = useMutation({ mutationFn: backUp, onError: toastError })
  return (
    <Panel
      title="Back up"
      detail="while it is used"
      actions={
        <Button small icon={Archive} isBusy={make.isPending} onClick={() => make.mutate()}>
          Back up now
        </Button>
      }
    >
      {make.isPending ? <ProgressBar label="Copying everything" share={undefined} /> : null}
      {make.data === undefined ? (
        <p className={classes.muted}>A whole copy into a folder on the server, with checksums. It holds password hashes: keep it safe.</p>
      ) : (
        <p role="status">
          <Text value={`${byteSize(make.data.bytes)} in ${make.data.folder}`} />
        </p>
      )}
    </Panel>
  )
}
