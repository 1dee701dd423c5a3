/** Whether the window is as narrow as a phone: where the style sheets have `max-width: 720px`. */
import { useSyncExternalStore } from 'react'

const NARROW = '(max-width: 720px)'

export const useIsPhone = (): boolean => useSyncExternalStore(watch, isNarrow, () => false)

const isNarrow = (): boolean => matchMedia(NARROW).matches

function watch(watcher: () => void): () => void {
  const media = matchMedia(NARROW)
  media.addEventListener('change', watcher)
  return () => media.removeEventListener('change', watcher)
}
