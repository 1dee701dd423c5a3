import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { changePassword } from '../../api/session.ts'
import { useSession } from '../../app/session-context.ts'
import { toast } from '../../app/toasts.ts'
import { Button } from '../../components/button.tsx'
import { Input } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { KeyValue } from '../../components/key-value.tsx'
import { Panel } from '../../components/panel.tsx'
import { Text } from '../../components/text.tsx'

export function Account() {
  const { user, role, version } = useSession()
  return (
    <>
      <Panel title="You">
        <KeyValue
          entries={[
            { name: 'name', value: <Text value={user.name} /> },
            { name: 'shown as', value: <Text value={user.displayName} /> },
            { name: 'role', value: role },
            { name: 'known by', value: user.origin === 'local' ? 'a password here' : <Text value={user.origin} /> },
            { name: 'server', value: `Tarsier ${version}` },
          ]}
        />
      </Panel>
      {user.origin === 'local' ? <Password /> : null}
    </>
  )
}

const SHORTEST = 12

function Password() {
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const change = useMutation({
    mutationFn: () => changePassword(current, next),
    onSuccess: () => {
      setCurrent('')
      setNext('')
      toast({ tone: 'good', text: 'The password is changed; other sessions of yours have ended' })
    },
  })
  return (
    <Panel title="Password">
      <Form
        label="Change password"
        error={change.error}
        onSubmit={() => change.mutate()}
        foot={
          <div>
            <Button type="submit" isBusy={change.isPending} disabled={current === '' || next.length < SHORTEST}>
              Change password
            </Button>
          </div>
        }
      >
        <Input
          label="Present password"
          type="password"
          autoComplete="current-password"
          value={current}
          onChange={(event) => setCurrent(event.target.value)}
        />
        <Input
          label="New password"
          type="password"
          autoComplete="new-password"
          hint="12 characters or more; a sentence is good."
          value={next}
          onChange={(event) => setNext(event.target.value)}
        />
      </Form>
    </Panel>
  )
}
