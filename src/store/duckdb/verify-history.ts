/** Reads every block of a history file that nobody uses: DuckDB compares each with its checksum. */
import { DuckDBInstance } from '@duckdb/node-api'
import { AppError } from '../../lib/app-error.ts'
import { EVENT_COLUMNS, quoted } from './columns.ts'
import { duckdbFailure } from './duckdb-failure.ts'
import { runQuery } from './run-query.ts'

/** `problem`: what is wrong. Throws AppError STORE_NEWER and the like for what is no damage. */
export async function verifyHistory(path: string): Promise<{ readonly events: number; readonly problem: string | undefined }> {
  try {
    return { events: await readAll(path), problem: undefined }
  } catch (error) {
    const failure = duckdbFailure(path, error)
    if (failure instanceof AppError && failure.code !== 'STORE_DAMAGED') throw failure
    return { events: 0, problem: (error as Error).message }
  }
}

async function readAll(path: string): Promise<number> {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY', autoinstall_known_extensions: 'false' })
  try {
    const connection = await instance.connect()
    const everything = EVENT_COLUMNS.map(({ name }) => quoted(name)).join(', ')
    const [[events] = []] = await runQuery(connection, `SELECT count(*), bit_xor(hash(${everything})) FROM events`)
    connection.closeSync()
    return Number(events)
  } finally {
    instance.closeSync()
  }
}
