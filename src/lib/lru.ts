/** A map that forgets what was used longest ago, so that what outsiders can fill has a bound. */

export interface Lru<K, V> {
  /** The value, which counts as used now. */
  readonly get: (key: K) => V | undefined
  readonly set: (key: K, value: V) => void
  readonly delete: (key: K) => boolean
  readonly size: () => number
  /** How many entries were forgotten for want of room. */
  readonly evicted: () => number
  /** From the longest unused to the latest used; do not change the map meanwhile. */
  readonly entries: () => IterableIterator<[K, V]>
}

/** At most `capacity` entries; `onEvict` hears of each one that had to go. Works on the insertion order of Map. */
export function createLru<K, V>(capacity: number, onEvict?: (key: K, value: V) => void): Lru<K, V> {
  const map = new Map<K, V>()
  let evicted = 0

  function get(key: K): V | undefined {
    const value = map.get(key)
    if (value === undefined && !map.has(key)) return undefined
    map.delete(key)
    map.set(key, value as V)
    return value
  }

  function set(key: K, value: V): void {
    map.delete(key)
    map.set(key, value)
    if (map.size > capacity) evictOldest()
  }

  function evictOldest(): void {
    for (const [key, value] of map) {
      map.delete(key)
      evicted++
      onEvict?.(key, value)
      return
    }
  }

  return Object.freeze({
    get,
    set,
    delete: (key: K) => map.delete(key),
    size: () => map.size,
    evicted: () => evicted,
    entries: () => map.entries(),
  })
}
