import { type Command, Moon, Search, Sun, SunMoon } from 'lucide-react'
import { IconButton } from '../components/icon-button.tsx'
import { Kbd } from '../components/kbd.tsx'
import { Logo } from '../components/logo.tsx'
import { Menu } from '../components/menu.tsx'
import classes from './header.module.css'
import { LiveIndicator } from './live-indicator.tsx'
import { setOverlay } from './overlays.ts'
import { setTheme, type Theme, useTheme } from './theme.ts'
import { UserMenu } from './user-menu.tsx'

export function Header() {
  return (
    <header className={classes.header}>
      <span className={classes.brand}>
        <Logo size={24} />
      </span>
      <button type="button" className={classes.search} aria-keyshortcuts="Control+K" onClick={() => setOverlay('palette')}>
        <Search size={14} aria-hidden />
        <span>Search or run a command</span>
        <Kbd keys="mod+k" />
      </button>
      <div className={classes.right}>
        <LiveIndicator />
        <ThemeMenu />
        <UserMenu />
      </div>
    </header>
  )
}

const THEME_ITEMS: readonly { readonly id: Theme; readonly name: string; readonly icon: typeof Command }[] = [
  { id: 'system', name: 'As the system', icon: SunMoon },
  { id: 'light', name: 'Light', icon: Sun },
  { id: 'dark', name: 'Dark', icon: Moon },
]

function ThemeMenu() {
  const theme = useTheme()
  const icon = THEME_ITEMS.find(({ id }) => id === theme)?.icon ?? SunMoon
  return (
    <Menu
      label="Theme"
      align="end"
      items={THEME_ITEMS.map((item) => ({ ...item, isChosen: item.id === theme, onSelect: () => setTheme(item.id) }))}
      trigger={(props) => <IconButton icon={icon} label="Theme" {...props} />}
    />
  )
}
