/** Takes batches of events in: filled up with what their processes say, in the order of time, with the position of their stream. */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { BIGINT, BOOLEAN, DOUBLE, type DuckDBConnection, DuckDBDataChunk, type DuckDBType, UINTEGER, VARCHAR } from '@duckdb/node-api'
import type { HistoryEvent } from '../../findings/history-event.ts'
import type { HistoryBatch } from '../history-store.ts'
import { type Cell, EVENT_COLUMNS, rowOf } from './columns.ts'
import type { ProcessFields } from './process-fields.ts'
import { runQuery } from './run-query.ts'

/** Rows that are turned into columns in one go: a few milliseconds, then others have their turn. At most the 2048 of a chunk. */
const SLICE = 512

const TYPES: Readonly<Record<string, DuckDBType>> = { VARCHAR, BIGINT, DOUBLE, BOOLEAN, UINTEGER }
const CHUNK_TYPES = EVENT_COLUMNS.map(({ type }) => TYPES[type.split(' ')[0] ?? ''] ?? VARCHAR)

/** Within a transaction of the caller. What was taken before is left out: events have no other mark by which to tell. */
export async function appendBatch(
  connection: DuckDBConnection,
  { spool, seq, events }: HistoryBatch,
  processes: ProcessFields,
): Promise<void> {
  const [[taken] = []] = await runQuery(connection, 'SELECT seq FROM positions WHERE spool = ?', [spool])
  if (typeof taken === 'bigint' && taken >= BigInt(seq)) return
  const inOrder = [...events].sort((a, b) => a.timeNs - b.timeNs)
  if (inOrder.length > 0) await appendRows(connection, inOrder, processes)
  await runQuery(connection, 'INSERT INTO positions VALUES (?, ?) ON CONFLICT (spool) DO UPDATE SET seq = excluded.seq', [
    spool,
    BigInt(seq),
  ])
}

async function appendRows(connection: DuckDBConnection, events: readonly HistoryEvent[], processes: ProcessFields): Promise<void> {
  const appender = await connection.createAppender('events')
  try {
    for (let start = 0; start < events.length; start += SLICE) {
      const slice = events.slice(start, start + SLICE)
      const chunk = DuckDBDataChunk.create(CHUNK_TYPES, slice.length)
      chunk.setColumns(columnsOf(slice, processes))
      appender.appendDataChunk(chunk)
      await nextTurn()
    }
    appender.flushSync()
  } finally {
    appender.closeSync()
  }
}

function columnsOf(events: readonly HistoryEvent[], processes: ProcessFields): Cell[][] {
  const columns: Cell[][] = EVENT_COLUMNS.map(() => [])
  const ofProcess = processes.of(events)
  for (const event of events) {
    const row = rowOf(event, event.processId === undefined ? undefined : ofProcess(event.hostname, event.processId))
    for (let index = 0; index < columns.length; index++) columns[index]?.push(row[index] ?? null)
  }
  return columns
}
