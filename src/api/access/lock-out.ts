/** Who fails again and again waits, twice as long each time. In memory and bounded; time is that since the start, which no clock setting moves. */
import { createLru } from '../../lib/lru.ts'

export interface LockOutOptions {
  /** Failures that cost nothing. */
  readonly freeTries: number
  readonly firstWaitMs: number
  readonly longestWaitMs: number
  readonly capacity: number
  readonly uptimeMs: () => number
}

export interface LockOut {
  /** How long `key` has to wait still; 0 when it may try. */
  readonly waitMs: (key: string) => number
  /** Counts a try as failed before it is made, so that many at once are no way around; `undo` takes one back. */
  readonly count: (key: string) => void
  readonly undo: (key: string) => void
  readonly forget: (key: string) => void
}

interface Tries {
  readonly failures: number
  readonly lastMs: number
}

/** After so many longest waits without a try all is forgotten. */
const FORGET_AFTER_WAITS = 4

export function createLockOut({ freeTries, firstWaitMs, longestWaitMs, capacity, uptimeMs }: LockOutOptions): LockOut {
  const known = createLru<string, Tries>(capacity)

  function failuresOf(key: string): number {
    const tries = known.get(key)
    return tries === undefined || uptimeMs() - tries.lastMs > longestWaitMs * FORGET_AFTER_WAITS ? 0 : tries.failures
  }

  function waitMs(key: string): number {
    const failures = failuresOf(key)
    if (failures < freeTries) return 0
    const wait = Math.min(longestWaitMs, firstWaitMs * 2 ** (failures - freeTries))
    return Math.max(0, (known.get(key)?.lastMs ?? 0) + wait - uptimeMs())
  }

  function undo(key: string): void {
    const tries = known.get(key)
    if (tries === undefined) return
    if (tries.failures <= 1) known.delete(key)
    else known.set(key, { ...tries, failures: tries.failures - 1 })
  }

  return Object.freeze({
    waitMs,
    count: (key: string) => known.set(key, { failures: failuresOf(key) + 1, lastMs: uptimeMs() }),
    undo,
    forget: (key: string) => void known.delete(key),
  })
}
