/** The DuckDB file of history: one writer, a few readers side by side. Nothing outside the file is reached but what exports name. */

import { chmodSync, existsSync, renameSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { AppError } from '../../lib/app-error.ts'
import type { Cell } from './columns.ts'
import { createConnectionPool } from './connection-pool.ts'
import { duckdbFailure, isDamage, isFatal } from './duckdb-failure.ts'
import { migrateHistory } from './migrate-history.ts'
import { runQuery } from './run-query.ts'
import { HISTORY_SCHEMA } from './schema.ts'

export interface HistoryOptions {
  readonly path: string
  readonly memoryBytes: number
  readonly threads?: number
  /** Called when a file was found damaged, has been put aside, and history has begun anew. */
  readonly onDamage: (problem: AppError, putAside: string) => void
}

export type Row = readonly Cell[]

export interface HistoryDatabase {
  readonly path: string
  readonly query: (sql: string, values?: readonly Cell[]) => Promise<readonly Row[]>
  /** A statement of its own on the writer, outside any transaction, when those before are done. */
  readonly maintain: (sql: string, values?: readonly Cell[]) => Promise<readonly Row[]>
  /** All or nothing; one after another. On the disk when it resolves. */
  readonly write: <Result>(work: (connection: DuckDBConnection) => Promise<Result>) => Promise<Result>
  /** When those before are done. */
  readonly close: () => Promise<void>
}

interface Open {
  readonly instance: DuckDBInstance
  readonly writer: DuckDBConnection
  readonly readers: ReturnType<typeof createConnectionPool>
}

const MOST_THREADS = 4

/** Throws AppError STORE_NEWER, STORE_IN_USE, STORE_FULL, STORE_UNOPENED. A damaged file is put aside: history may be lost, never the start. */
export async function openHistoryDatabase(options: HistoryOptions): Promise<HistoryDatabase> {
  const { path } = options
  let open = await openOrBeginAnew(options)
  let last: Promise<unknown> = Promise.resolve()
  let closed = false

  /** One after another; the failure of one is not that of the next. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = last.then(work)
    last = mine.catch(() => undefined)
    return mine
  }

  /** After some failures DuckDB refuses everything until the file is opened again. */
  async function recovering<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (error) {
      if (isFatal(error) && !closed) {
        await shut(open)
        open = await openOrBeginAnew(options)
      }
      throw duckdbFailure(path, error)
    }
  }

  const query: HistoryDatabase['query'] = async (sql, values) => {
    try {
      return await open.readers.use((connection) => runQuery(connection, sql, values))
    } catch (error) {
      throw duckdbFailure(path, error)
    }
  }

  return Object.freeze({
    path,
    query,
    maintain: (sql: string, values?: readonly Cell[]) => inTurn(() => recovering(() => runQuery(open.writer, sql, values))),
    write: <Result>(work: (connection: DuckDBConnection) => Promise<Result>) =>
      inTurn(() => recovering(() => inTransaction(open.writer, work))),
    close: () =>
      inTurn(async () => {
        closed = true
        await shut(open)
      }),
  })
}

async function inTransaction<Result>(
  connection: DuckDBConnection,
  work: (connection: DuckDBConnection) => Promise<Result>,
): Promise<Result> {
  await connection.run('BEGIN TRANSACTION')
  try {
    const result = await work(connection)
    await connection.run('COMMIT')
    return result
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined) // a COMMIT that failed has ended it; the first error is the one to tell
    throw error
  }
}

async function openOrBeginAnew(options: HistoryOptions): Promise<Open> {
  const { path } = options
  try {
    return await openFile(options)
  } catch (error) {
    if (!isDamage(error)) throw duckdbFailure(path, error)
    const aside = putAside(path)
    options.onDamage(new AppError('STORE_DAMAGED', { path, reason: (error as Error).message }, { cause: error }), aside)
    return await openFile(options)
  }
}

async function openFile({ path, memoryBytes, threads }: HistoryOptions): Promise<Open> {
  const temporary = `${path}.tmp`
  rmSync(temporary, { recursive: true, force: true }) // what a run that was killed had spilled
  const isNew = !existsSync(path)
  const instance = await DuckDBInstance.create(path, {
    memory_limit: `${Math.floor(memoryBytes / 2 ** 20)}MiB`,
    threads: String(threads ?? Math.min(MOST_THREADS, availableParallelism())),
    temp_directory: temporary,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    storage_compatibility_version: 'latest',
    // Each checkpoint writes the last blocks anew: at the preset of 16 MiB that doubles the work. After a kill so much is read again.
    checkpoint_threshold: '64MiB',
  })
  if (isNew) chmodSync(path, 0o600)
  try {
    const writer = await instance.connect()
    await migrateHistory(writer, path, HISTORY_SCHEMA)
    return { instance, writer, readers: createConnectionPool(instance) }
  } catch (error) {
    instance.closeSync()
    throw error
  }
}

async function shut({ instance, writer, readers }: Open): Promise<void> {
  await readers.close()
  writer.closeSync()
  instance.closeSync()
}

/** Of damaged files the latest is kept: they are large, and nothing reads them but people. */
function putAside(path: string): string {
  const aside = `${path}.damaged`
  for (const end of ['', '.wal']) {
    rmSync(`${aside}${end}`, { force: true })
    if (existsSync(`${path}${end}`)) renameSync(`${path}${end}`, `${aside}${end}`)
  }
  return aside
}
