/** History in DuckDB. */
import { AppError } from '../../lib/app-error.ts'
import type { HistoryBatch, HistoryStore } from '../history-store.ts'
import { appendBatch } from './append.ts'
import { createEventCounter } from './count-events.ts'
import type { HistoryDatabase } from './database.ts'
import { exportParquet } from './export-parquet.ts'
import { createProcessFields, type FindProcessFields } from './process-fields.ts'
import { createEventReader } from './read-events.ts'
import { scanEvents } from './scan-events.ts'

export interface HistoryParts {
  readonly database: HistoryDatabase
  readonly findProcessFields: FindProcessFields
  /** Why nothing more may be written now; undefined when it may. */
  readonly refusal: () => AppError | undefined
}

export interface DuckdbHistory extends HistoryStore {
  /** The last batch found no room: whatever the disk says about itself. */
  readonly isFull: () => boolean
}

/** Reads the positions of streams; afterwards it keeps them itself. */
export async function createDuckdbHistory({ database, findProcessFields, refusal }: HistoryParts): Promise<DuckdbHistory> {
  const processes = createProcessFields(findProcessFields)
  const positions = new Map((await database.query('SELECT spool, seq FROM positions')).map(([spool, seq]) => [String(spool), Number(seq)]))

  let full = false

  async function append(batch: HistoryBatch): Promise<void> {
    const refused = refusal()
    if (refused !== undefined) throw refused
    try {
      await database.write((connection) => appendBatch(connection, batch, processes))
      full = false
    } catch (error) {
      full = error instanceof AppError && error.code === 'STORE_FULL'
      throw error
    }
    positions.set(batch.spool, Math.max(batch.seq, positions.get(batch.spool) ?? 0))
  }

  return Object.freeze({
    position: (spool: string) => positions.get(spool) ?? 0,
    append,
    isFull: () => full,
    ...createEventReader(database, processes),
    ...createEventCounter(database),
    scan: (query, signal) => scanEvents(database, processes, query, signal),
    exportParquet: (query, path) => exportParquet(database, query, path),
  } satisfies DuckdbHistory)
}
