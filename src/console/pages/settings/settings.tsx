import { useMay } from '../../app/session-context.ts'
import { oneOf, type Search, useUrlState } from '../../app/url-state.ts'
import { PageHeader } from '../../components/page-header.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { Account } from './account.tsx'
import classes from './settings.module.css'
import { Storage } from './storage.tsx'
import { Tokens } from './tokens.tsx'
import { Users } from './users.tsx'

const TABS = ['account', 'tokens', 'users', 'storage'] as const
const parse = (search: Search) => ({ tab: TABS.find((tab) => tab === oneOf(search, 'tab')) ?? 'account' })

/** One's own account and tokens; for admins who may come in, and what is kept. */
export function Settings() {
  const [{ tab }, change] = useUrlState(parse)
  const isAdmin = useMay('admin')
  const shown = tab === 'users' && !isAdmin ? 'account' : tab
  return (
    <>
      <PageHeader title="Settings" />
      <Tabs
        label="Settings"
        selected={shown}
        onSelect={(next) => change({ tab: next === 'account' ? undefined : next })}
        tabs={[
          { id: 'account', name: 'Account' },
          { id: 'tokens', name: 'API tokens' },
          ...(isAdmin ? [{ id: 'users', name: 'Users' }] : []),
          { id: 'storage', name: 'Storage' },
        ]}
      >
        <div className={classes.tab}>
          {shown === 'account' ? <Account /> : shown === 'tokens' ? <Tokens /> : shown === 'users' ? <Users /> : <Storage />}
        </div>
      </Tabs>
    </>
  )
}
