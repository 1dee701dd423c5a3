import { KeyRound } from 'lucide-react'
import { useEffect, useState } from 'react'
import { queryText } from '../../api/client.ts'
import type { LoginMethods } from '../../api/session.ts'
import { Button } from '../../components/button.tsx'
import { Entrance } from '../../components/entrance.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Input } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import classes from './login.module.css'
import { useLogin } from './use-login.ts'

export function Login() {
  const { methods, login, wanted, problem } = useLogin()
  useEffect(() => {
    document.title = 'Log in · Tarsier'
  }, [])
  if (methods.isError) return <ErrorState error={methods.error} onRetry={methods.refetch} />
  if (methods.data?.setup) return <NotSetUp />
  return (
    <Entrance title="Log in to Tarsier" detail="What runs on your machines, seen from the kernel up.">
      <PasswordForm isBusy={login.isPending} error={login.error ?? problem} onSubmit={login.mutate} />
      {methods.data === undefined ? null : <Providers providers={methods.data.oidc} wanted={wanted} />}
    </Entrance>
  )
}

interface PasswordFormProps {
  readonly isBusy: boolean
  readonly error: unknown
  readonly onSubmit: (given: { readonly name: string; readonly password: string }) => void
}

function PasswordForm({ isBusy, error, onSubmit }: PasswordFormProps) {
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  return (
    <Form
      label="Log in"
      error={isBusy ? undefined : error}
      onSubmit={() => onSubmit({ name, password })}
      foot={
        <Button type="submit" look="primary" isBusy={isBusy}>
          Log in
        </Button>
      }
    >
      <Input
        label="Name"
        name="username"
        autoComplete="username"
        autoFocus
        required
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Input
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
    </Form>
  )
}

function Providers({ providers, wanted }: { readonly providers: LoginMethods['oidc']; readonly wanted: string }) {
  if (providers.length === 0) return null
  return (
    <div className={classes.providers}>
      <p className={classes.or}>or</p>
      {providers.map(({ id, label }) => (
        <Button
          key={id}
          icon={KeyRound}
          onClick={() => window.location.assign(`/api/session/oidc/${encodeURIComponent(id)}${queryText({ next: wanted })}`)}
        >
          {`Continue with ${label}`}
        </Button>
      ))}
    </div>
  )
}

function NotSetUp() {
  return (
    <Entrance title="Nobody is set up yet" detail="The first admin is made with a link that works once.">
      <p>
        Open the link that Tarsier printed when it started: it ends in <code>/setup#…</code>. It is good for a day, and a new one is printed
        at each start while there is no admin.
      </p>
    </Entrance>
  )
}
