/**
 * The newest rows of a query. Asked for window by window of time, backwards: of a window at the end few blocks are read, of everything
 * many, and most pages are full after the first. bench/store.ts measures it.
 */
import type { HistoryQuery } from '../history-store.ts'
import { SELECTED } from './columns.ts'
import type { HistoryDatabase, Row } from './database.ts'
import { extentOf, later } from './extent.ts'
import { querySql } from './query-sql.ts'

/** A row in the order of the list: the newest first, of the same time by id and host. */
export interface Place {
  readonly time: bigint
  readonly id: string
  readonly hostname: string
}

export interface Wanted {
  readonly after: Place | undefined
  readonly count: number
}

/** Events that the first window should hold, matching or not; each further one holds so many times as many. */
const FIRST_EVENTS = 20_000
const WIDER = 16n

export async function newestRows(database: HistoryDatabase, query: HistoryQuery, { after, count }: Wanted): Promise<Row[]> {
  const { from, to, events } = await extentOf(database, query.range)
  const found: Row[] = []
  let end = after === undefined || after.time >= to ? to : after.time + 1n
  let width = ((to - from) * BigInt(FIRST_EVENTS)) / BigInt(Math.max(events, 1)) + 1n
  while (from < end && found.length < count) {
    const start = later(end - width, from)
    found.push(...(await windowRows(database, query, { start, end, after, count: count - found.length })))
    end = start
    width *= WIDER
  }
  return found
}

interface Window extends Wanted {
  readonly start: bigint
  readonly end: bigint
}

function windowRows(database: HistoryDatabase, query: HistoryQuery, { start, end, after, count }: Window): Promise<readonly Row[]> {
  const { sql, values } = querySql(query)
  const place = after === undefined ? '' : 'AND (time_ns, id, hostname) < (?, ?, ?)'
  return database.query(
    `SELECT ${SELECTED} FROM events WHERE ${sql} AND time_ns >= ? AND time_ns < ? ${place}
     ORDER BY time_ns DESC, id DESC, hostname DESC LIMIT ${Math.trunc(count)}`,
    [...values, start, end, ...(after === undefined ? [] : [after.time, after.id, after.hostname])],
  )
}
