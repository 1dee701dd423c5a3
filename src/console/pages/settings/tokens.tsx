import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { KeyRound, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { Role } from '../../../store/access-store.ts'
import { mayAs } from '../../api/session.ts'
import { makeToken, removeToken, type ShownToken, tokensQuery } from '../../api/tokens.ts'
import { useSession } from '../../app/session-context.ts'
import { toastError } from '../../app/toasts.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { Code } from '../../components/code.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Input, Select } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { IconButton } from '../../components/icon-button.tsx'
import { Panel } from '../../components/panel.tsx'
import { Text } from '../../components/text.tsx'
import { Time } from '../../components/time.tsx'
import { ROLE_NAMES } from './roles.ts'
import classes from './settings.module.css'

export function Tokens() {
  const query = useQuery(tokensQuery(false))
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: removeToken,
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
    onError: toastError,
  })
  return (
    <>
      <NewToken />
      <Panel title="Your tokens" flush>
        {query.isError ? <ErrorState error={query.error} onRetry={query.refetch} /> : null}
        {query.data?.length === 0 ? (
          <EmptyState small icon={KeyRound} title="No tokens">
            A program that asks the API needs one.
          </EmptyState>
        ) : null}
        <ul className={classes.list}>
          {query.data?.map((token) => (
            <Token key={token.id} token={token} onRemove={() => remove.mutate(token.id)} />
          ))}
        </ul>
      </Panel>
    </>
  )
}

const Token = ({ token, onRemove }: { readonly token: ShownToken; readonly onRemove: () => void }) => (
  <li className={classes.item}>
    <b>
      <Text value={token.name} />
    </b>
    <Badge>{token.role}</Badge>
    <span className={classes.muted}>
      until <Time ns={token.expiresNs} />
      {typeof token.lastUsedNs === 'number' ? (
        <>
          , last used <Time ns={token.lastUsedNs} as="ago" />
        </>
      ) : (
        ', never used'
      )}
    </span>
    <IconButton icon={Trash2} label={`Remove ${token.name}`} small onClick={onRemove} />
  </li>
)

const DAYS = [
  { value: '7', name: '7 days' },
  { value: '30', name: '30 days' },
  { value: '90', name: '90 days' },
  { value: '365', name: 'a year' },
] as const

function NewToken() {
  const { role: own } = useSession()
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const [days, setDays] = useState<string>('90')
  const client = useQueryClient()
  const make = useMutation({
    mutationFn: () => makeToken({ name: name.trim(), role, expiresDays: Number(days) }),
    onSuccess: async () => {
      setName('')
      await client.invalidateQueries({ queryKey: ['tokens'] })
    },
  })
  return (
    <Panel title="New token">
      <Form
        label="New token"
        error={make.error}
        onSubmit={() => name.trim() !== '' && make.mutate()}
        foot={
          <div>
            <Button type="submit" look="primary" isBusy={make.isPending} disabled={name.trim() === ''}>
              Make token
            </Button>
          </div>
        }
      >
        <div className={classes.fields}>
          <Input label="What it is for" maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
          <Select
            label="It may what may"
            value={role}
            options={ROLE_NAMES.filter(({ value }) => mayAs(own, value))}
            onChange={(value) => setRole(value as Role)}
          />
          <Select label="Good for" value={days} options={DAYS} onChange={setDays} />
        </div>
      </Form>
      {make.data === undefined ? null : (
        <div className={classes.secret} role="status">
          <p>Keep it now: it is shown this once.</p>
          <Code text={make.data.secret} label="Secret of the token" />
        </div>
      )}
    </Panel>
  )
}
