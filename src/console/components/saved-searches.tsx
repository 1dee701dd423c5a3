import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { Bookmark, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { removeSearch, saveSearch, searchesQuery } from '../api/searches.ts'
import { useSession } from '../app/session-context.ts'
import { toast, toastError } from '../app/toasts.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { ErrorState } from './error-state.tsx'
import { Input } from './field.tsx'
import { Form } from './form.tsx'
import { IconButton } from './icon-button.tsx'
import classes from './saved-searches.module.css'
import { SkeletonLines } from './skeleton.tsx'
import { Switch } from './switch.tsx'
import { Text } from './text.tsx'

/** Keeps what the page shows now under a name, and leads back to what was kept. `path`: of the page, `/findings`. */
export function SavedSearches({ path }: { readonly path: string }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button icon={Bookmark} onClick={() => setOpen(true)}>
        Searches
      </Button>
      <Dialog isOpen={isOpen} onClose={() => setOpen(false)} title="Saved searches" detail="Of this page" size="small">
        <Known path={path} onOpened={() => setOpen(false)} />
        <Keep path={path} />
      </Dialog>
    </>
  )
}

function Known({ path, onOpened }: { readonly path: string; readonly onOpened: () => void }) {
  const { data, error, refetch } = useQuery(searchesQuery)
  const router = useRouter()
  const client = useQueryClient()
  const { user } = useSession()
  const remove = useMutation({
    mutationFn: removeSearch,
    onSuccess: () => client.invalidateQueries({ queryKey: ['searches'] }),
    onError: toastError,
  })
  if (error !== null) return <ErrorState error={error} onRetry={refetch} />
  if (data === undefined) return <SkeletonLines lines={2} />
  const here = data.filter(({ url }) => url === path || url.startsWith(`${path}?`))
  if (here.length === 0) return <p className={classes.none}>None yet.</p>
  return (
    <ul className={classes.list}>
      {here.map(({ id, name, url, shared, userId }) => (
        <li key={id}>
          <button
            type="button"
            className={classes.open}
            onClick={() => {
              router.history.push(url)
              onOpened()
            }}
          >
            <Text value={name} oneLine />
            {shared ? <span className={classes.shared}>shared</span> : null}
          </button>
          {userId === user.id ? <IconButton icon={Trash2} label={`Remove ${name}`} small onClick={() => remove.mutate(id)} /> : null}
        </li>
      ))}
    </ul>
  )
}

function Keep({ path }: { readonly path: string }) {
  const [name, setName] = useState('')
  const [shared, setShared] = useState(false)
  const client = useQueryClient()
  const keep = useMutation({
    mutationFn: () => saveSearch({ name: name.trim(), url: path + window.location.search, shared }),
    onSuccess: async () => {
      setName('')
      toast({ tone: 'good', text: 'The search is kept' })
      await client.invalidateQueries({ queryKey: ['searches'] })
    },
  })
  return (
    <Form
      label="Keep this search"
      error={keep.error}
      onSubmit={() => name.trim() !== '' && keep.mutate()}
      foot={
        <Button type="submit" look="primary" isBusy={keep.isPending} disabled={name.trim() === ''}>
          Keep what is shown now
        </Button>
      }
    >
      <Input label="Name" maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
      <Switch label="For everybody here" isOn={shared} onChange={setShared} />
    </Form>
  )
}
