/** One action per theme. */
import { Monitor, Moon, Sun } from 'lucide-react'
import { setTheme, type Theme } from '../app/theme.ts'
import type { Action } from './action.ts'

const themeAction = (theme: Theme, name: string, icon: typeof Sun): Action => ({
  id: `theme.${theme}`,
  name,
  group: 'View',
  icon,
  permission: 'viewer',
  also: 'appearance colour mode',
  run: () => setTheme(theme),
})

export const lightTheme = themeAction('light', 'Light theme', Sun)
export const darkTheme = themeAction('dark', 'Dark theme', Moon)
export const systemTheme = themeAction('system', 'Theme of the system', Monitor)
