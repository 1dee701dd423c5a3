/** So many requests per minute and caller, with some at once. Buckets that fill again; bounded, so that a flood of callers fills no memory. */
import { createLru } from '../../lib/lru.ts'

export interface Rate {
  readonly perMinute: number
  /** At once, after a pause. */
  readonly burst: number
}

/** Takes one for `key`; answers 0, or after how many ms to try again. */
export type TakeTurn = (key: string) => number

const MOST_CALLERS = 10_000

export function createRateLimit({ perMinute, burst }: Rate, uptimeMs: () => number): TakeTurn {
  const perMs = perMinute / 60_000
  const buckets = createLru<string, { readonly left: number; readonly atMs: number }>(MOST_CALLERS)
  return (key) => {
    const now = uptimeMs()
    const { left, atMs } = buckets.get(key) ?? { left: burst, atMs: now }
    const filled = Math.min(burst, left + (now - atMs) * perMs)
    buckets.set(key, { left: Math.max(0, filled >= 1 ? filled - 1 : filled), atMs: now })
    return filled >= 1 ? 0 : Math.ceil((1 - filled) / perMs)
  }
}
