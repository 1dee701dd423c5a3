/** A value that several components show and that is changed from anywhere: what stands in no URL and comes from no server. */
import { useSyncExternalStore } from 'react'

export interface SharedValue<T> {
  readonly read: () => T
  readonly set: (value: T) => void
  /** A hook: the value, and rendering anew when it changes. */
  readonly use: () => T
}

export interface Watching {
  /** The first component begins to show it. */
  readonly onFirst: () => void
  /** The last one has gone. */
  readonly onLast: () => void
}

export function createSharedValue<T>(initial: T, watching?: Watching): SharedValue<T> {
  let value = initial
  const watchers = new Set<() => void>()
  const read = (): T => value

  function set(next: T): void {
    if (Object.is(next, value)) return
    value = next
    for (const watcher of watchers) watcher()
  }

  function subscribe(watcher: () => void): () => void {
    if (watchers.size === 0) watching?.onFirst()
    watchers.add(watcher)
    return () => {
      watchers.delete(watcher)
      if (watchers.size === 0) watching?.onLast()
    }
  }

  return { read, set, use: () => useSyncExternalStore(subscribe, read, read) }
}
