import { Keyboard, LogOut, Settings } from 'lucide-react'
import { logOut } from '../actions/log-out.ts'
import { Menu, type MenuItem } from '../components/menu.tsx'
import { Text } from '../components/text.tsx'
import { PAGES } from '../pages.ts'
import { setOverlay } from './overlays.ts'
import { useActionContext } from './session-context.ts'
import { toastError } from './toasts.ts'
import classes from './user-menu.module.css'

/** Who is logged in, as what, and the way out. */
export function UserMenu() {
  const context = useActionContext()
  const { user, role, version } = context.session
  const name = user.displayName === '' ? user.name : user.displayName
  const settings: readonly MenuItem[] = PAGES.some(({ path }) => path === '/settings')
    ? [{ id: 'settings', name: 'Settings', icon: Settings, onSelect: () => context.goTo('/settings') }]
    : []
  const items: readonly MenuItem[] = [
    ...settings,
    { id: 'shortcuts', name: 'Keyboard shortcuts', icon: Keyboard, shortcut: '?', onSelect: () => setOverlay('shortcuts') },
    {
      id: 'out',
      name: 'Log out',
      icon: LogOut,
      startsGroup: true,
      onSelect: () => void Promise.resolve(logOut.run(context, undefined)).catch(toastError),
    },
  ]
  return (
    <Menu
      label="Account"
      align="end"
      items={items}
      head={
        <div className={classes.head}>
          <p className={classes.name}>
            <Text value={name} oneLine />
          </p>
          <p>
            {role} · Tarsier {version}
          </p>
        </div>
      }
      trigger={(props) => (
        <button type="button" className={classes.trigger} aria-label={`Account: ${name}`} {...props}>
          {[...name][0]?.toUpperCase() ?? '?'}
        </button>
      )}
    />
  )
}
