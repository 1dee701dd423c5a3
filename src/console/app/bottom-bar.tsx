import { Link, useRouterState } from '@tanstack/react-router'
import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { Dialog } from '../components/dialog.tsx'
import classes from './bottom-bar.module.css'
import { type NavigationEntry, useNavigationEntries } from './use-navigation-entries.ts'

/** The navigation of a phone: the pages of every day under the thumb, the others behind More. */
export function BottomBar() {
  const entries = useNavigationEntries()
  const [isOpen, setOpen] = useState(false)
  const path = useRouterState({ select: (state) => state.location.pathname })
  const first = entries.filter(({ navigation }) => navigation.onPhone)
  const others = entries.filter(({ navigation }) => !navigation.onPhone)
  return (
    <nav className={classes.bar} aria-label="Pages">
      {first.map((page) => (
        <BarLink key={page.path} page={page} className={classes.link} />
      ))}
      <button
        type="button"
        className={classes.link}
        data-status={others.some((page) => path.startsWith(page.path)) ? 'active' : undefined}
        onClick={() => setOpen(true)}
      >
        <Ellipsis size={20} strokeWidth={1.8} aria-hidden />
        <span>More</span>
      </button>
      <Dialog isOpen={isOpen} onClose={() => setOpen(false)} title="Pages" size="small">
        <ul className={classes.others}>
          {others.map((page) => (
            <li key={page.path}>
              <BarLink page={page} className={classes.other} onClick={() => setOpen(false)} />
            </li>
          ))}
        </ul>
      </Dialog>
    </nav>
  )
}

function BarLink({
  page,
  className,
  onClick,
}: {
  readonly page: NavigationEntry
  readonly className: string | undefined
  readonly onClick?: () => void
}) {
  const Icon = page.navigation.icon
  return (
    <Link
      to={page.path}
      className={className ?? ''}
      activeOptions={{ exact: page.path === '/', includeSearch: false }}
      {...(onClick === undefined ? {} : { onClick })}
    >
      <Icon size={20} strokeWidth={1.8} aria-hidden />
      <span>{page.title}</span>
    </Link>
  )
}
