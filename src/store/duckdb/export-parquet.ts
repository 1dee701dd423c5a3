/** Events to one Parquet file that others read. */
import { chmodSync, rmSync, statSync } from 'node:fs'
import type { HistoryQuery } from '../history-store.ts'
import { FIELD_COLUMNS, quoted } from './columns.ts'
import type { HistoryDatabase } from './database.ts'
import { querySql } from './query-sql.ts'

const EXPORTED = [
  'make_timestamp_ns(time_ns) AS time',
  ...['time_ns', 'hostname', 'id', 'kind', 'process_key', 'process_id'],
  ...FIELD_COLUMNS.map(quoted),
  'fields',
].join(', ')

/** Sorted by time, compressed with zstd. What stands at `path` is replaced; what could not be finished is removed. */
export async function exportParquet(
  database: HistoryDatabase,
  query: HistoryQuery,
  path: string,
): Promise<{ readonly events: number; readonly bytes: number }> {
  const { sql, values } = querySql(query)
  try {
    const copy = `COPY (SELECT ${EXPORTED} FROM events WHERE ${sql} ORDER BY time_ns, id) TO '${path.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd)`
    const [[events] = []] = await database.query(copy, values)
    chmodSync(path, 0o600)
    return { events: Number(events), bytes: statSync(path).size }
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  }
}
