/** Brings a history file up to today's schema, one transaction per step. No copy is made before: history is much, and may be lost. */
import type { DuckDBConnection } from '@duckdb/node-api'
import { AppError } from '../../lib/app-error.ts'
import { runQuery } from './run-query.ts'
import type { HistoryStep } from './schema.ts'

/** Throws AppError STORE_NEWER for a file of a later version. */
export async function migrateHistory(connection: DuckDBConnection, path: string, steps: readonly HistoryStep[]): Promise<void> {
  await connection.run('CREATE TABLE IF NOT EXISTS schema_steps (number INTEGER NOT NULL, doc VARCHAR NOT NULL)')
  const [[found] = []] = await runQuery(connection, 'SELECT coalesce(max(number), 0) FROM schema_steps')
  const from = Number(found)
  if (from > steps.length) throw new AppError('STORE_NEWER', { path, found: from, known: steps.length })
  for (const step of steps.slice(from)) await take(connection, step)
}

async function take(connection: DuckDBConnection, { number, doc, statements }: HistoryStep): Promise<void> {
  await connection.run('BEGIN TRANSACTION')
  for (const statement of statements) await connection.run(statement)
  await runQuery(connection, 'INSERT INTO schema_steps VALUES (?, ?)', [number, doc])
  await connection.run('COMMIT')
}
