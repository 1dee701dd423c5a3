/** State by key, in the order in which it was last touched; the oldest goes first, by age or for want of room. */
import type { Room } from './machine.ts'

interface Kept<S> {
  readonly state: S
  touchedNs: number
  size: number
}

export interface KeyedStates<S> {
  readonly get: (key: string) => S | undefined
  /** Puts the state last, with its size in the unit of the room. Touched at `timeNs`, event time. */
  readonly put: (key: string, state: S, timeNs: number, size: number) => void
  readonly delete: (key: string) => void
  /** Forgets what was last touched before that time. */
  readonly expire: (beforeNs: number) => void
  readonly values: () => Iterable<readonly [key: string, state: S]>
  readonly count: () => number
  /** Forgets everything and leaves the room. */
  readonly close: () => void
}

export interface KeyedStatesOptions {
  readonly room: Room
  readonly maxKeys: number
  readonly onEvict: () => void
}

export function createKeyedStates<S>({ room, maxKeys, onEvict }: KeyedStatesOptions): KeyedStates<S> {
  const kept = new Map<string, Kept<S>>()
  let used = 0
  const leave = room.join({ used: () => used, evict: evictOldest })

  function account(size: number): void {
    used += size
    room.take(size)
  }

  function remove(key: string): void {
    const old = kept.get(key)
    if (old === undefined) return
    kept.delete(key)
    account(-old.size)
  }

  function put(key: string, state: S, timeNs: number, size: number): void {
    const old = kept.get(key)
    kept.delete(key)
    kept.set(key, { state, touchedNs: Math.max(timeNs, old?.touchedNs ?? 0), size })
    account(size - (old?.size ?? 0))
    if (kept.size > maxKeys) evictOldest()
  }

  function evictOldest(): void {
    for (const key of kept.keys()) {
      remove(key)
      onEvict()
      return
    }
  }

  function expire(beforeNs: number): void {
    for (const [key, { touchedNs }] of kept) {
      if (touchedNs >= beforeNs) return
      remove(key)
    }
  }

  return Object.freeze({
    get: (key: string) => kept.get(key)?.state,
    put,
    delete: remove,
    expire,
    values: function* () {
      for (const [key, { state }] of kept) yield [key, state] as const
    },
    count: () => kept.size,
    close: () => {
      for (const key of kept.keys()) remove(key)
      leave()
    },
  })
}
