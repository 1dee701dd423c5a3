import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import type { Role, User } from '../../../store/access-store.ts'
import { addUser, changeUser, removeUser, usersQuery } from '../../api/users.ts'
import { useSession } from '../../app/session-context.ts'
import { toast, toastError } from '../../app/toasts.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Input, Select } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { Panel } from '../../components/panel.tsx'
import { Text } from '../../components/text.tsx'
import { Time } from '../../components/time.tsx'
import { ROLE_NAMES } from './roles.ts'
import classes from './settings.module.css'

/** Who may come in. */
export function Users() {
  const query = useQuery(usersQuery)
  const [isAdding, setAdding] = useState(false)
  return (
    <Panel
      title="Users"
      detail={query.data?.length}
      flush
      actions={
        <Button small icon={UserPlus} onClick={() => setAdding(true)}>
          Add user
        </Button>
      }
    >
      {query.isError ? <ErrorState error={query.error} onRetry={query.refetch} /> : null}
      <ul className={classes.list}>
        {query.data?.map((user) => (
          <Person key={user.id} user={user} />
        ))}
      </ul>
      <Dialog isOpen={isAdding} onClose={() => setAdding(false)} title="Add user" size="small">
        <NewUser onDone={() => setAdding(false)} />
      </Dialog>
    </Panel>
  )
}

function Person({ user }: { readonly user: User }) {
  const { user: me } = useSession()
  const client = useQueryClient()
  const isMe = me.id === user.id
  const change = useMutation({
    mutationFn: async (given: Parameters<typeof changeUser>[1] | 'remove'): Promise<unknown> =>
      given === 'remove' ? removeUser(user.id) : changeUser(user.id, given),
    onSuccess: () => client.invalidateQueries({ queryKey: ['users'] }),
    onError: toastError,
  })
  return (
    <li className={classes.item}>
      <span className={classes.person}>
        <b>
          <Text value={user.displayName === '' ? user.name : user.displayName} />
        </b>
        <span className={classes.muted}>
          <Text value={user.name} />
          {typeof user.lastLoginNs === 'number' ? (
            <>
              , here <Time ns={user.lastLoginNs} as="ago" />
            </>
          ) : (
            ', never here'
          )}
        </span>
      </span>
      {user.disabled ? <Badge tone="warning">Disabled</Badge> : null}
      {isMe ? <Badge tone="accent">You</Badge> : null}
      <Select
        label={`Role of ${user.name}`}
        hideLabel
        disabled={isMe}
        value={user.role}
        options={ROLE_NAMES.map(({ value }) => ({ value, name: value }))}
        onChange={(role) => change.mutate({ role: role as Role })}
      />
      <Button small disabled={isMe} onClick={() => change.mutate({ disabled: !user.disabled })}>
        {user.disabled ? 'Let in' : 'Keep out'}
      </Button>
      <Button small look="danger" disabled={isMe} onClick={() => change.mutate('remove')}>
        Remove
      </Button>
    </li>
  )
}

const SHORTEST = 12

function NewUser({ onDone }: { readonly onDone: () => void }) {
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const client = useQueryClient()
  const add = useMutation({
    mutationFn: () => addUser({ name: name.trim().toLowerCase(), role, password }),
    onSuccess: async () => {
      toast({ tone: 'good', text: 'The user may come in' })
      onDone()
      await client.invalidateQueries({ queryKey: ['users'] })
    },
  })
  return (
    <Form
      label="Add user"
      error={add.error}
      onSubmit={() => add.mutate()}
      foot={
        <Button type="submit" look="primary" isBusy={add.isPending} disabled={name.trim() === '' || password.length < SHORTEST}>
          Add user
        </Button>
      }
    >
      <Input label="Name" autoComplete="off" maxLength={64} value={name} onChange={(event) => setName(event.target.value)} />
      <Select label="May what may" value={role} options={ROLE_NAMES} onChange={(value) => setRole(value as Role)} />
      <Input
        label="First password"
        type="password"
        autoComplete="new-password"
        hint="12 characters or more. Tell it by another way, and have it changed."
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
    </Form>
  )
}
