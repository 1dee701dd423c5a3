/** One SQLite file: opened with care, its statements kept, its failures told as ours. */
import { closeSync, openSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { createLru } from '../../lib/lru.ts'
import { sqliteFailure } from './sqlite-failure.ts'

export type SqlValue = SQLInputValue

/** `Row` is what the statement is known to give: its columns by name. */
export interface Statement<Row> {
  readonly get: (...values: SqlValue[]) => Row | undefined
  readonly all: (...values: SqlValue[]) => readonly Row[]
  readonly each: (...values: SqlValue[]) => Iterable<Row>
  /** How many rows it changed. */
  readonly run: (...values: SqlValue[]) => number
}

export interface Database {
  readonly path: string
  /** Statements are kept by their text: values belong into parameters. */
  readonly prepare: <Row = never>(sql: string) => Statement<Row>
  /** Several statements without parameters. */
  readonly execute: (sql: string) => void
  /** All of it or nothing, on the disk when it returns. One inside another is part of it. */
  readonly write: <Result>(work: () => Result) => Result
  /** For the online copy alone. */
  readonly connection: DatabaseSync
  readonly close: () => void
}

const BUSY_TIMEOUT_MS = 5000
const CACHE_KIB = 65_536
const MOST_STATEMENTS = 300

const SETTINGS = `
  PRAGMA auto_vacuum = INCREMENTAL;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA cache_size = -${CACHE_KIB};
  PRAGMA temp_store = MEMORY;
  PRAGMA trusted_schema = OFF;
`

/**
 * Opens or makes the file, readable by its owner alone. A commit is on the disk when it returns, power loss included (WAL with
 * synchronous=FULL). Throws AppError STORE_DAMAGED, STORE_FULL, STORE_UNOPENED.
 */
export function openDatabase(path: string): Database {
  const connection = guarded(path, () => connect(path))
  const statements = createLru<string, StatementSync>(MOST_STATEMENTS)

  function prepared(sql: string): StatementSync {
    const known = statements.get(sql)
    if (known !== undefined) return known
    const statement = guarded(path, () => connection.prepare(sql))
    statements.set(sql, statement)
    return statement
  }

  function write<Result>(work: () => Result): Result {
    if (connection.isTransaction) return work()
    guarded(path, () => connection.exec('BEGIN IMMEDIATE'))
    try {
      const result = work()
      guarded(path, () => connection.exec('COMMIT'))
      return result
    } catch (error) {
      if (connection.isTransaction) connection.exec('ROLLBACK')
      throw error
    }
  }

  return Object.freeze({
    path,
    prepare: <Row>(sql: string) => statementOf<Row>(path, () => prepared(sql)),
    execute: (sql: string) => guarded(path, () => connection.exec(sql)),
    write,
    connection,
    close: () => connection.close(),
  })
}

function connect(path: string): DatabaseSync {
  closeSync(openSync(path, 'a', 0o600)) // made here: SQLite would make it readable by others; its -wal and -shm take over the mode
  const connection = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: BUSY_TIMEOUT_MS })
  try {
    connection.exec(SETTINGS)
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

/** Looked up at each call: one that was long unused may have been given up meanwhile. */
function statementOf<Row>(path: string, prepared: () => StatementSync): Statement<Row> {
  return {
    get: (...values) => guarded(path, () => prepared().get(...values)) as Row | undefined,
    all: (...values) => guarded(path, () => prepared().all(...values)) as unknown as readonly Row[],
    each: (...values) => guarded(path, () => prepared().iterate(...values)) as unknown as Iterable<Row>,
    run: (...values) => Number(guarded(path, () => prepared().run(...values)).changes),
  }
}

function guarded<Result>(path: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw sqliteFailure(path, error)
  }
}
