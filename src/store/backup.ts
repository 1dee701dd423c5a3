/** A copy of the store into a new folder, while it is used. */
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { backup } from 'node:sqlite'
import { AppError } from '../lib/app-error.ts'
import { replaceFile } from '../lib/write-file.ts'
import { copyHistory } from './duckdb/copy-history.ts'
import type { HistoryDatabase } from './duckdb/database.ts'
import { HISTORY_SCHEMA } from './duckdb/schema.ts'
import { describeFile, MANIFEST_FILE, type ManifestFile, newManifest } from './manifest.ts'
import type { Database } from './sqlite/database.ts'
import { schemaOf } from './sqlite/migrate.ts'
import { sqliteFailure } from './sqlite/sqlite-failure.ts'
import { HISTORY_FILE, STATE_FILE } from './store-files.ts'

interface Sources {
  readonly state: Database
  readonly history: HistoryDatabase
  readonly nowNs: () => number
  readonly version: string | undefined
}

/** Pages per step: between two, the store goes on. */
const PAGES = 1024
/** Shares of the work, as far as they can be told beforehand. */
const UP_TO = { history: 0.6, state: 0.9 }

/** Removes what it made when it fails. Throws AppError STORE_FOLDER_NOT_EMPTY, STORE_FULL, FILE_UNWRITABLE. */
export async function backUp(
  sources: Sources,
  folder: string,
  onProgress: (share: number) => void = () => {},
): Promise<{ readonly bytes: number }> {
  makeFolder(folder)
  try {
    return await copyAll(sources, folder, onProgress)
  } catch (error) {
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { force: true, recursive: true })
    throw error
  }
}

async function copyAll(
  { state, history, nowNs, version }: Sources,
  folder: string,
  onProgress: (share: number) => void,
): Promise<{ bytes: number }> {
  const createdNs = nowNs()
  // History first: the processes that its events name are in the state by then, and so in the copy of it.
  await copyHistory(history, join(folder, HISTORY_FILE), (share) => onProgress(share * UP_TO.history))
  await copyState(state, join(folder, STATE_FILE), (share) => onProgress(UP_TO.history + share * (UP_TO.state - UP_TO.history)))
  const files: ManifestFile[] = []
  for (const name of [STATE_FILE, HISTORY_FILE] as const) files.push({ name, ...(await describeFile(join(folder, name))) })
  const schemas = { state: schemaOf(state), history: HISTORY_SCHEMA.length }
  const manifest = newManifest({ version: version ?? '', createdNs, schemas, files })
  replaceFile(join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 })
  onProgress(1)
  return { bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) }
}

function makeFolder(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new AppError('STORE_FOLDER_NOT_EMPTY', { folder })
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new AppError('FILE_UNWRITABLE', { path: folder, reason: (cause as Error).message }, { cause })
  }
}

async function copyState(state: Database, path: string, onProgress: (share: number) => void): Promise<void> {
  try {
    await backup(state.connection, path, {
      rate: PAGES,
      progress: ({ totalPages, remainingPages }) => onProgress(totalPages === 0 ? 1 : 1 - remainingPages / totalPages),
    })
    chmodSync(path, 0o600)
  } catch (error) {
    throw sqliteFailure(path, error)
  }
}
