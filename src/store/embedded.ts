/** The store of one host: SQLite for what must not be lost, DuckDB for history, in one folder, used by one process. */
import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { AppError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import { backUp } from './backup.ts'
import { type HistoryDatabase, openHistoryDatabase } from './duckdb/database.ts'
import { expireHistory } from './duckdb/expire-history.ts'
import { createDuckdbHistory } from './duckdb/history.ts'
import { historyRefusal, type MeasureSpace, measureSpace, reservedBytes } from './free-space.ts'
import { lockStore, type StoreLock } from './lock.ts'
import { cutOf, readRetention, writeRetention } from './retention.ts'
import { type Database, openDatabase } from './sqlite/database.ts'
import { expireAudit, expireFindings, expireProcesses, expireSensorPoints, processBytes, shrink } from './sqlite/expire-state.ts'
import { migrate } from './sqlite/migrate.ts'
import { createProcessFieldFinder } from './sqlite/process-field-finder.ts'
import { STATE_SCHEMA } from './sqlite/schema.ts'
import { createSqliteState } from './sqlite/state.ts'
import type { RetentionKind, Store, StoreStatus } from './store.ts'
import { storeFiles } from './store-files.ts'

export interface StoreOptions {
  /** Made where it is missing; for its owner alone. */
  readonly folder: string
  /** ns since 1970. */
  readonly nowNs: () => number
  /** Of the version that writes: for backups. */
  readonly version?: string
  /** Hears of a damaged history, and of a changed schema. */
  readonly log?: Log
  readonly measureSpace?: MeasureSpace
  /** Room that history leaves to findings. Default: 5 % of the disk, 1 GiB at most. */
  readonly reserveBytes?: number
  /** What DuckDB may use. Default: 512 MiB. */
  readonly historyMemoryBytes?: number
}

const HISTORY_MEMORY = 512 * 2 ** 20

/**
 * Opens or makes the store. A damaged history is put aside and begun anew, with a warning; damaged state is an error. Throws AppError
 * STORE_IN_USE, STORE_NEWER, STORE_DAMAGED, STORE_FULL, STORE_UNOPENED, STORE_RESTORE_UNFINISHED.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const lock = lockFolder(options.folder)
  try {
    return await openLocked(options, lock)
  } catch (error) {
    lock.release()
    throw error
  }
}

function lockFolder(folder: string): StoreLock {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    chmodSync(folder, 0o700)
    return lockStore(folder)
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('STORE_UNOPENED', { folder, reason: (cause as Error).message }, { cause })
  }
}

async function openLocked(options: StoreOptions, lock: StoreLock): Promise<Store> {
  const { folder, log, historyMemoryBytes = HISTORY_MEMORY } = options
  const files = storeFiles(folder)
  if (existsSync(files.restoring)) throw new AppError('STORE_RESTORE_UNFINISHED', { folder })
  const state = openState(files.state, log)
  try {
    const history = await openHistoryDatabase({
      path: files.history,
      memoryBytes: historyMemoryBytes,
      onDamage: ({ message }, aside) => log?.warning(`${message}; history begins anew`, { aside }),
    })
    try {
      return await createStore({ ...options, state, history, lock })
    } catch (error) {
      await history.close()
      throw error
    }
  } catch (error) {
    state.close()
    throw error
  }
}

function openState(path: string, log: Log | undefined): Database {
  const database = openDatabase(path)
  try {
    const { from, to, copy } = migrate(database, STATE_SCHEMA)
    if (copy !== undefined) log?.info('the store was brought up to a new schema', { from, to, copy })
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

interface Opened extends StoreOptions {
  readonly state: Database
  readonly history: HistoryDatabase
  readonly lock: StoreLock
}

async function createStore(opened: Opened): Promise<Store> {
  const { folder, state: database, history: historyDatabase, lock, measureSpace: measure = measureSpace, reserveBytes } = opened
  const refusal = (): AppError | undefined => {
    const space = measure(folder)
    return historyRefusal(folder, space, reserveBytes ?? reservedBytes(space))
  }
  const history = await createDuckdbHistory({ database: historyDatabase, findProcessFields: createProcessFieldFinder(database), refusal })
  const { state, forget } = createSqliteState(database, history.position)

  async function status(): Promise<StoreStatus> {
    const { events } = await history.extent()
    const findings = state.findings.count({})
    return {
      folder,
      bytes: bytesOf(opened),
      freeBytes: measure(folder).freeBytes,
      historyStopped: history.isFull() || refusal() !== undefined,
      findings,
      events,
    }
  }

  async function expire(nowNs: number): Promise<Record<RetentionKind, number>> {
    const limits = readRetention(state.settings)
    const findings = await expireFindings(database, limits.findings, nowNs)
    forget()
    const audit = await expireAudit(database, limits.audit, nowNs)
    const sensorPoints = await expireSensorPoints(database, limits.sensorPoints, nowNs)
    const events = await expireHistory(historyDatabase, limits.history, { nowNs, bytesBeside: processBytes(database) })
    const oldest = (await history.extent()).fromNs ?? cutOf(limits.history, nowNs)
    if (oldest !== undefined) await expireProcesses(database, oldest)
    await shrink(database)
    return { findings, history: events, audit, sensorPoints }
  }

  async function close(): Promise<void> {
    await historyDatabase.close()
    database.close()
    lock.release()
  }

  return Object.freeze({
    state,
    history,
    status,
    retention: () => readRetention(state.settings),
    setRetention: (kind, limits) => writeRetention(state.settings, kind, limits),
    expire,
    backUp: (into, onProgress) =>
      backUp({ state: database, history: historyDatabase, nowNs: opened.nowNs, version: opened.version }, into, onProgress),
    close,
  } satisfies Store)
}

function bytesOf({ state, history }: Opened): number {
  const files = [state.path, `${state.path}-wal`, history.path, `${history.path}.wal`]
  return files.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0)
}
