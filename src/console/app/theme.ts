/** Light, dark, or as the system has it. Kept in the browser; public/theme.js reads it before the first paint. */
import { useSyncExternalStore } from 'react'
import { createSharedValue } from './shared-value.ts'

export type Theme = 'system' | 'light' | 'dark'

const KEY = 'tarsier.theme'

const kept = (): Theme => {
  const text = localStorage.getItem(KEY)
  return text === 'light' || text === 'dark' ? text : 'system'
}
const theme = createSharedValue<Theme>(kept())

export const useTheme = theme.use

export function setTheme(next: Theme): void {
  if (next === 'system') {
    localStorage.removeItem(KEY)
    delete document.documentElement.dataset.theme
  } else {
    localStorage.setItem(KEY, next)
    document.documentElement.dataset.theme = next
  }
  theme.set(next)
}

/** What is seen: `system` resolved. For what paints by itself (canvas). */
export function useIsDark(): boolean {
  const chosen = useTheme()
  const system = useSyncExternalStore(watchSystem, systemIsDark)
  return chosen === 'system' ? system : chosen === 'dark'
}

const DARK = '(prefers-color-scheme: dark)'
const systemIsDark = (): boolean => matchMedia(DARK).matches

function watchSystem(watcher: () => void): () => void {
  const media = matchMedia(DARK)
  media.addEventListener('change', watcher)
  return () => media.removeEventListener('change', watcher)
}
