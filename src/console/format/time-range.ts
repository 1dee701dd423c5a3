/** Ranges of time as the URL and the API have them: `from` and `to`, each a duration before now (`24h`) or a time (RFC 3339). */

export interface RangeText {
  /** Undefined: 24h. */
  readonly from: string | undefined
  /** Undefined: now. */
  readonly to: string | undefined
}

export const RANGE_PRESETS = [
  { from: '15m', name: 'Last 15 minutes' },
  { from: '1h', name: 'Last hour' },
  { from: '6h', name: 'Last 6 hours' },
  { from: '24h', name: 'Last 24 hours' },
  { from: '7d', name: 'Last 7 days' },
  { from: '30d', name: 'Last 30 days' },
] as const

const UNIT_NS: Readonly<Record<string, number>> = { s: 1e9, m: 60e9, h: 3600e9, d: 86_400e9 }

/** ns of `90m`; undefined for what is no duration. */
export function durationNs(text: string): number | undefined {
  const match = /^(\d{1,6})([smhd])$/.exec(text)
  const unit = UNIT_NS[match?.[2] ?? '']
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit
}

/** ns since 1970 of a duration before `nowMs`, or of a time; undefined for what is neither. */
export function timeOf(text: string, nowMs: number): number | undefined {
  const duration = durationNs(text)
  if (duration !== undefined) return nowMs * 1e6 - duration
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? undefined : ms * 1e6
}

/** The range in ns since 1970; what cannot be read is as if it were not there. */
export function rangeNs({ from, to }: RangeText, nowMs: number): { readonly fromNs: number; readonly toNs: number } {
  const toNs = (to === undefined ? undefined : timeOf(to, nowMs)) ?? nowMs * 1e6
  const fromNs = (from === undefined ? undefined : timeOf(from, nowMs)) ?? toNs - DAY_NS
  return fromNs < toNs ? { fromNs, toNs } : { fromNs: toNs - DAY_NS, toNs }
}

const DAY_NS = 86_400e9

/** Steps that people count in, as the API has them, from the shortest. */
const STEPS = ['1s', '5s', '15s', '1m', '5m', '15m', '30m', '1h', '3h', '6h', '12h', '1d', '7d', '30d'] as const

/** The shortest step that cuts the range into at most `most` bars. */
export function stepFor(
  { fromNs, toNs }: { readonly fromNs: number; readonly toNs: number },
  most: number,
): { readonly text: string; readonly ns: number } {
  const text = STEPS.find((step) => (toNs - fromNs) / (durationNs(step) ?? 1) <= most) ?? '30d'
  return { text, ns: durationNs(text) ?? DAY_NS }
}
