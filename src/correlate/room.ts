/** Bounds the memory of all state machines together. */
import type { Room, Store } from './machine.ts'

/** @param maxUsed in the unit of `take` */
export function createRoom(maxUsed: number): Room {
  const stores = new Set<Store>()
  let used = 0

  function evictOne(): void {
    let fullest: Store | undefined
    for (const store of stores) if (fullest === undefined || store.used() > fullest.used()) fullest = store
    fullest?.evict()
  }

  return Object.freeze({
    join: (store: Store) => {
      stores.add(store)
      return () => void stores.delete(store)
    },
    take: (size: number) => {
      used += size
      // What is evicted gives its part back by a call of its own.
      if (size > 0 && used > maxUsed) evictOne()
    },
  })
}
