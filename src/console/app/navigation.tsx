import { Link } from '@tanstack/react-router'
import { Logo } from '../components/logo.tsx'
import type { PageEntry } from '../pages.ts'
import classes from './navigation.module.css'
import { useNavigationEntries } from './use-navigation-entries.ts'

/** At the left of every page; narrow windows have its icons alone, phones the bar at the bottom. */
export function Navigation() {
  const groups = Map.groupBy(useNavigationEntries(), ({ navigation }) => navigation.group)
  return (
    <nav className={classes.navigation} aria-label="Pages">
      <Link to="/" className={classes.brand} aria-label="Tarsier">
        <Logo size={24} />
        <span>Tarsier</span>
      </Link>
      {[...groups].map(([group, pages]) => (
        <div key={group} className={classes.group}>
          <p className={classes.groupName}>{group}</p>
          <ul>
            {pages.map((page) => (
              <li key={page.path}>
                <NavigationLink page={page} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  )
}

function NavigationLink({ page: { path, title, navigation } }: { readonly page: PageEntry & Required<Pick<PageEntry, 'navigation'>> }) {
  const Icon = navigation.icon
  return (
    <Link
      to={path}
      className={classes.link}
      activeOptions={{ exact: path === '/', includeSearch: false }}
      data-tip={`${title} (g ${navigation.key})`}
    >
      <Icon size={16} strokeWidth={1.8} aria-hidden />
      <span>{title}</span>
    </Link>
  )
}
