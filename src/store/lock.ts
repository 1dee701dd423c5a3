/** Only one process may use a store. The lock goes with the process that holds it, however that ends. */
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AppError } from '../lib/app-error.ts'

export const LOCK_FILE = 'lock'
const BUSY = 5

export interface StoreLock {
  readonly release: () => void
}

/** Held by a transaction that is never ended, on an empty file: SQLite's locks hold between processes and within one. Throws AppError STORE_IN_USE. */
export function lockStore(folder: string): StoreLock {
  const path = join(folder, LOCK_FILE)
  closeSync(openSync(path, 'a', 0o600))
  const connection = new DatabaseSync(path, { timeout: 0 })
  try {
    connection.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (cause) {
    connection.close()
    if (((cause as { errcode?: number }).errcode ?? 0) !== BUSY) throw cause
    throw new AppError('STORE_IN_USE', { folder }, { cause })
  }
  return { release: () => connection.close() }
}
