/** How far history reaches within a range. Told by what DuckDB keeps about its blocks: no row is read but at the edges. */
import type { TimeRange } from '../page.ts'
import { timeValue } from '../time-value.ts'
import type { HistoryDatabase } from './database.ts'

export interface Extent {
  /** ns since 1970; `to` does not belong to it. Equal when there is nothing. */
  readonly from: bigint
  readonly to: bigint
  /** Of all hosts and kinds. */
  readonly events: number
}

export async function extentOf(database: HistoryDatabase, range: TimeRange): Promise<Extent> {
  const [[first, last] = []] = await database.query('SELECT min(time_ns), max(time_ns) FROM events')
  if (typeof first !== 'bigint' || typeof last !== 'bigint') return { from: 0n, to: 0n, events: 0 }
  const from = later(timeValue(range.fromNs), first)
  const to = earlier(timeValue(range.toNs), last + 1n)
  const [[events] = []] = await database.query('SELECT count(*) FROM events WHERE time_ns >= ? AND time_ns < ?', [from, to])
  return { from, to, events: Number(events) }
}

export function earlier(a: bigint, b: bigint): bigint {
  if (a < b) return a
  return b
}

export function later(a: bigint, b: bigint): bigint {
  if (a > b) return a
  return b
}
