/** How much a response does: what begins within a minute, what is under way, and what was just done to the same target. */
import { createLru } from '../lib/lru.ts'
import type { RequestLimits } from './request.ts'

export interface Rates {
  /** Why a request may not begin; undefined: it has begun. */
  readonly begin: (who: string, limits: Pick<RequestLimits, 'perMinute' | 'concurrent'>, nowNs: number) => string | undefined
  readonly end: (who: string) => void
  /** Of those that may not begin only so many a minute are worth a record: a flood of findings is to be no flood of refusals. */
  readonly isTold: (who: string, nowNs: number) => boolean
  /** The same was begun for the same target within the last minute, or still stands; notes it otherwise. */
  readonly isRepeated: (key: string, nowNs: number) => boolean
}

const MINUTE_NS = 60e9
const TOLD_A_MINUTE = 20
const MAX_KEYS = 10_000

export function createRates(): Rates {
  const begun = new Map<string, number[]>()
  const running = new Map<string, number>()
  const told = new Map<string, number[]>()
  const last = createLru<string, number>(MAX_KEYS)

  function begin(
    who: string,
    { perMinute, concurrent }: Pick<RequestLimits, 'perMinute' | 'concurrent'>,
    nowNs: number,
  ): string | undefined {
    const recent = (begun.get(who) ?? []).filter((timeNs) => nowNs - timeNs < MINUTE_NS)
    begun.set(who, recent)
    const now = running.get(who) ?? 0
    if (now >= concurrent) return `it is at work on ${now} targets already`
    if (recent.length >= perMinute) return `it began ${recent.length} times within the last minute`
    recent.push(nowNs)
    running.set(who, now + 1)
    return undefined
  }

  function isTold(who: string, nowNs: number): boolean {
    const recent = (told.get(who) ?? []).filter((timeNs) => nowNs - timeNs < MINUTE_NS)
    told.set(who, recent)
    return recent.length < TOLD_A_MINUTE && recent.push(nowNs) > 0
  }

  return Object.freeze({
    begin,
    isTold,
    end: (who: string) => void running.set(who, Math.max(0, (running.get(who) ?? 0) - 1)),
    isRepeated: (key: string, nowNs: number) => {
      const before = last.get(key)
      if (before !== undefined && nowNs - before < MINUTE_NS) return true
      last.set(key, nowNs)
      return false
    },
  })
}
