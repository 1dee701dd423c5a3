/** How much a response does: what begins within a minute, what is under way, and what was just done to the same target. */
import { createLru } from '../lib/lru.ts'
import type { RequestLimits } from './request.ts'

/** Who acts, and on whose account. */
export interface Claim {
  /** A response, or a person. */
  readonly who: string
  /** Whose findings led to it; undefined where nobody's share is counted: a person asked. */
  readonly workload: string | undefined
}

export interface Rates {
  /** Why a request may not begin; undefined: it has begun. */
  readonly begin: (claim: Claim, limits: Pick<RequestLimits, 'perMinute' | 'concurrent'>, nowNs: number) => string | undefined
  readonly end: (claim: Claim) => void
  /** Of those that may not begin only so many a minute are worth a record: a flood of findings is to be no flood of refusals. */
  readonly isTold: (claim: Claim, nowNs: number) => boolean
  /** The same was begun for the same target within the last minute. */
  readonly isRepeated: (key: string, nowNs: number) => boolean
  /** It begins now (undefined: a person asked). What may not begin is not noted: it is tried again as soon as it may. */
  readonly note: (key: string | undefined, nowNs: number) => void
}

const MINUTE_NS = 60e9
const TOLD_A_MINUTE = 20
const MAX_KEYS = 10_000

/**
 * Nobody takes more than half of what the others left, rounded up: decoys of one workload leave room for the response to another. Of 10, one gets 5, the next 3, then 1
 * and 1. `counted`: the workload of each that counts against the limit.
 */
export function hasShare(limit: number, counted: readonly (string | undefined)[], workload: string | undefined): boolean {
  if (counted.length >= limit) return false
  if (workload === undefined) return true
  const own = counted.filter((one) => one === workload).length
  return own < Math.ceil((limit - (counted.length - own)) / 2)
}

interface Begun {
  readonly workload: string | undefined
  readonly timeNs: number
}

export function createRates(): Rates {
  const begun = new Map<string, readonly Begun[]>()
  const running = new Map<string, readonly (string | undefined)[]>()
  const told = new Map<string, readonly Begun[]>()
  const last = createLru<string, number>(MAX_KEYS)

  function begin(
    { who, workload }: Claim,
    { perMinute, concurrent }: Pick<RequestLimits, 'perMinute' | 'concurrent'>,
    nowNs: number,
  ): string | undefined {
    const recent = recentOf(begun, who, nowNs)
    const now = running.get(who) ?? []
    if (!hasShare(concurrent, now, workload)) return `it is at work on ${now.length} targets already${ofOne(now, concurrent)}`
    const shares = recent.map((one) => one.workload)
    if (!hasShare(perMinute, shares, workload)) return `it began ${recent.length} times within the last minute${ofOne(shares, perMinute)}`
    begun.set(who, [...recent, { workload, timeNs: nowNs }])
    running.set(who, [...now, workload])
    return undefined
  }

  function end({ who, workload }: Claim): void {
    const now = running.get(who) ?? []
    running.set(who, now.toSpliced(now.indexOf(workload), 1))
  }

  function isTold({ who, workload }: Claim, nowNs: number): boolean {
    const recent = recentOf(told, who, nowNs)
    const shares = recent.map((one) => one.workload)
    if (!hasShare(TOLD_A_MINUTE, shares, workload)) return false
    told.set(who, [...recent, { workload, timeNs: nowNs }])
    return true
  }

  return Object.freeze({
    begin,
    end,
    isTold,
    isRepeated: (key: string, nowNs: number) => nowNs - (last.get(key) ?? Number.NEGATIVE_INFINITY) < MINUTE_NS,
    note: (key: string | undefined, nowNs: number) => {
      if (key !== undefined) last.set(key, nowNs)
    },
  })
}

const recentOf = (all: ReadonlyMap<string, readonly Begun[]>, who: string, nowNs: number): readonly Begun[] =>
  (all.get(who) ?? []).filter(({ timeNs }) => nowNs - timeNs < MINUTE_NS)

/** The rest of the limit is for others. */
const ofOne = (counted: readonly unknown[], limit: number): string => (counted.length < limit ? ', and keeps room for other workloads' : '')
