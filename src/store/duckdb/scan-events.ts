/**
 * All events of a query, oldest first. Asked for window by window of time, each sorted by itself: a sort of everything would not fit into
 * memory. A window that holds too much is made shorter, after one that holds little the next is longer.
 */
import type { HistoryQuery, WholeEvent } from '../history-store.ts'
import { type Cell, SELECTED } from './columns.ts'
import type { HistoryDatabase, Row } from './database.ts'
import { earlier, extentOf } from './extent.ts'
import type { ProcessFields } from './process-fields.ts'
import { querySql } from './query-sql.ts'
import { wholeEvents } from './read-events.ts'

const MOST_ROWS = 10_000n
const FEW_ROWS = 2500
const CHUNK = 500
/** Of the whole range, at first. */
const FIRST_SHARE = 256n

export async function* scanEvents(
  database: HistoryDatabase,
  processes: ProcessFields,
  query: HistoryQuery,
  signal: AbortSignal,
): AsyncIterable<readonly WholeEvent[]> {
  const { from, to: end } = await extentOf(database, query.range)
  let place = from
  let step = (end - place) / FIRST_SHARE + 1n
  while (place < end && !signal.aborted) {
    const to = earlier(place + step, end)
    const rows = await windowRows(database, query, { from: place, to, last: step === 1n })
    if (rows === undefined) {
      step = step / 4n + 1n === step ? 1n : step / 4n + 1n
      continue
    }
    for (let start = 0; start < rows.length && !signal.aborted; start += CHUNK) {
      const chunk = rows.slice(start, start + CHUNK)
      yield chunk.map(wholeEvents(chunk, processes))
    }
    place = to
    if (rows.length < FEW_ROWS) step *= 2n
  }
}

interface Window {
  readonly from: bigint
  readonly to: bigint
  /** It cannot be made shorter: all of it, however much it is. */
  readonly last: boolean
}

/** Undefined when the window holds too much. */
async function windowRows(database: HistoryDatabase, query: HistoryQuery, { from, to, last }: Window): Promise<readonly Row[] | undefined> {
  const { sql, values } = querySql(query)
  const inside = `${sql} AND time_ns >= ? AND time_ns < ?`
  const all: Cell[] = [...values, from, to]
  const limit = last ? '' : `LIMIT ${MOST_ROWS + 1n}`
  const rows = await database.query(
    `SELECT * FROM (SELECT ${SELECTED} FROM events WHERE ${inside} ${limit}) ORDER BY time_ns, id, hostname`,
    all,
  )
  return !last && rows.length > MOST_ROWS ? undefined : rows
}
