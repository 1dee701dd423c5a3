/** What lies in the folder of a store. */
import { accessSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../lib/app-error.ts'

export interface StoreFiles {
  readonly state: string
  readonly history: string
  /** There while a restore puts files in place. */
  readonly restoring: string
}

export const STATE_FILE = 'state.sqlite'
export const HISTORY_FILE = 'history.duckdb'

export function storeFiles(folder: string): StoreFiles {
  return { state: join(folder, STATE_FILE), history: join(folder, HISTORY_FILE), restoring: join(folder, 'restoring') }
}

/** To look at a store must not make one. Throws AppError STORE_UNOPENED where there is none, or where one may not look. */
export function refuseMissing(folder: string): void {
  try {
    accessSync(storeFiles(folder).state)
  } catch (cause) {
    const isHidden = (cause as NodeJS.ErrnoException).code === 'EACCES'
    throw new AppError(
      'STORE_UNOPENED',
      { folder, reason: isHidden ? 'it is not for you to look into' : 'there is no store in it' },
      { cause },
    )
  }
}
