/** Times as text. Times are floats of ns since 1970 (exact to about 0.25 µs) everywhere in Tarsier. */

/** RFC 3339 in UTC with nine digits, as Falco prints it: `2026-11-22T20:10:00.123456768Z`. A time out of range becomes year 1970. */
export function rfc3339(timeNs: number): string {
  const whole = Number.isFinite(timeNs) && timeNs > 0 && timeNs < MAX_NS ? BigInt(Math.trunc(timeNs)) : 0n
  const date = new Date(Number(whole / NS_PER_MS)).toISOString()
  const fraction = String(whole % NS_PER_SECOND).padStart(9, '0')
  return `${date.slice(0, 19)}.${fraction}Z`
}

/** RFC 3339 with at most six digits, as RFC 5424 wants it. */
export function rfc3339Micro(timeNs: number): string {
  return `${rfc3339(timeNs).slice(0, 26)}Z`
}

/** Time of day on this host with microseconds: `20:10:00.123456`. */
export function clockTime(timeNs: number): string {
  const date = new Date(Math.floor(timeNs / 1e6))
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0'))
  return `${parts.join(':')}.${rfc3339(timeNs).slice(20, 26)}`
}

/** As RFC 3164 has it, in the zone of this host: `Nov  3 20:10:00`. */
export function bsdTime(timeNs: number): string {
  const date = new Date(Math.floor(timeNs / 1e6))
  return `${MONTHS[date.getMonth()] ?? 'Jan'} ${String(date.getDate()).padStart(2, ' ')} ${clockTime(timeNs).slice(0, 8)}`
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const NS_PER_MS = 1_000_000n
const NS_PER_SECOND = 1_000_000_000n
/** Year 9999. */
const MAX_NS = 253_402_300_799e9
