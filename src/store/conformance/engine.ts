/** What the suites need of an engine: each test opens a store of its own, or a suite one for all its tests that only read. */
import { afterAll, beforeAll } from 'vitest'
import type { Store } from '../store.ts'

export interface Engine {
  /** A new, empty store. */
  readonly open: () => Promise<Store>
  /** Closes it and opens it again, with all that it held. */
  readonly reopen: (store: Store) => Promise<Store>
  /** Closes it and removes what it held. */
  readonly remove: (store: Store) => Promise<void>
}

/** A store for one test, removed whatever happens. */
export async function withStore(engine: Engine, work: (store: Store) => unknown): Promise<void> {
  const store = await engine.open()
  try {
    await work(store)
  } finally {
    await engine.remove(store)
  }
}

/** A store for all tests of a `describe`, filled once. Call the result within tests. */
export function sharedStore(engine: Engine, fill: (store: Store) => unknown): () => Store {
  let shared: Store | undefined
  beforeAll(async () => {
    shared = await engine.open()
    await fill(shared)
  })
  afterAll(async () => {
    if (shared !== undefined) await engine.remove(shared)
  })
  return () => {
    if (shared === undefined) throw new Error('the store is there only within tests')
    return shared
  }
}
