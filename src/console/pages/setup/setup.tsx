import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { loginMethodsQuery, sessionQuery, setUp } from '../../api/session.ts'
import { Button } from '../../components/button.tsx'
import { Entrance } from '../../components/entrance.tsx'
import { Input } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'

/** As the server asks it; it has the last word. */
const LEAST_LETTERS = 12

/** Behind a one-time link: makes the first admin, or gives somebody a new password. The secret stands after `#`, so that no log of a server or proxy has it. */
export function Setup() {
  const [secret] = useState(() => decodeURIComponent(window.location.hash.slice(1)))
  const [name, setName] = useState('admin')
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState('')
  const isFirst = useQuery(loginMethodsQuery).data?.setup ?? true
  const client = useQueryClient()
  const router = useRouter()
  const setup = useMutation({
    mutationFn: () => setUp(secret, name, password),
    onSuccess: (session) => {
      client.clear()
      client.setQueryData(sessionQuery.queryKey, session)
      router.history.replace('/')
    },
  })
  useEffect(() => {
    document.title = 'Set up · Tarsier'
  }, [])
  const differs = again !== '' && again !== password
  const isReady = secret !== '' && name !== '' && password.length >= LEAST_LETTERS && again === password
  if (secret === '') return <WithoutSecret />
  return (
    <Entrance
      title={isFirst ? 'Set up Tarsier' : 'Choose a new password'}
      detail={
        isFirst
          ? 'Make the first admin. The link that led here works once.'
          : 'The link that led here works once, for the user it was made for.'
      }
    >
      <Form
        label="Set up"
        error={setup.isPending ? undefined : setup.error}
        onSubmit={() => isReady && setup.mutate()}
        foot={
          <Button type="submit" look="primary" isBusy={setup.isPending} disabled={!isReady}>
            {isFirst ? 'Make the admin and log in' : 'Set the password and log in'}
          </Button>
        }
      >
        <Input
          label="Name"
          name="username"
          autoComplete="username"
          required
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Input
          label="Password"
          name="new-password"
          type="password"
          autoComplete="new-password"
          required
          autoFocus
          minLength={LEAST_LETTERS}
          hint={`At least ${LEAST_LETTERS} characters; several words are good.`}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Input
          label="Password again"
          name="new-password-again"
          type="password"
          autoComplete="new-password"
          required
          error={differs ? 'The two are not the same.' : undefined}
          value={again}
          onChange={(event) => setAgain(event.target.value)}
        />
      </Form>
    </Entrance>
  )
}

const WithoutSecret = () => (
  <Entrance title="This link has no secret" detail="The set-up link ends in # and a long secret.">
    <p>Copy the whole link that Tarsier printed when it started, with everything after #.</p>
  </Entrance>
)
