/** Times in queries: RFC 3339, or how long before now. */
import Type from 'typebox'
import { AppError } from '../lib/app-error.ts'
import { parseDurationMs } from '../lib/quantity.ts'
import type { TimeRange } from '../store/page.ts'

const TIME = 'RFC 3339 (`2026-11-23T08:00:00Z`), or how long before now (`24h`, `90m`, `7d`).'
const DEFAULT_FROM = '24h'

const timeText = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 40, description }))

/** For the query of a route. */
export const rangeQuery = {
  from: timeText(`From when on: ${TIME} Default: 24h.`),
  to: timeText(`Until when: ${TIME} Default: now.`),
}

export interface GivenRange {
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** Throws AppError API_INVALID for what is no time, and for an end that is not after the beginning. */
export function rangeOf({ from, to }: GivenRange, nowNs: number): TimeRange {
  const range = { fromNs: timeOf(from ?? DEFAULT_FROM, 'from', nowNs), toNs: to === undefined ? nowNs + 1e9 : timeOf(to, 'to', nowNs) }
  if (range.fromNs >= range.toNs) throw new AppError('API_INVALID', { place: 'query.to', problem: 'must be later than from' })
  return range
}

/** The same where neither may be given: then all of time. */
export function perhapsRangeOf(given: GivenRange, nowNs: number): TimeRange | undefined {
  return given.from === undefined && given.to === undefined ? undefined : rangeOf({ from: '1970-01-01T00:00:00Z', ...given }, nowNs)
}

const RFC3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/

function timeOf(text: string, name: string, nowNs: number): number {
  const age = /^\d+(?:\.\d+)?(?:ms|s|m|h|d)$/.test(text) ? parseDurationMs(text) : undefined
  if (age !== undefined) return Math.max(0, nowNs - age * 1e6)
  const [, date, time, fraction = '', zone] = RFC3339.exec(text) ?? []
  const ms = Date.parse(`${date}T${time}${zone?.toUpperCase()}`)
  if (Number.isNaN(ms)) throw new AppError('API_INVALID', { place: `query.${name}`, problem: `is no time; give ${TIME}` })
  return ms * 1e6 + Number(fraction.padEnd(9, '0'))
}

/** `5m` as ns, for the steps of histograms. */
export const stepQuery = Type.Optional(
  Type.String({ maxLength: 20, pattern: '^\\d{1,9}(?:ms|s|m|h|d)$', description: 'Length of a step: `30s`, `5m`, `1h`. Default: 5m.' }),
)

export function stepNsOf(step: string | undefined): number {
  return (parseDurationMs(step ?? '5m') ?? 0) * 1e6
}
