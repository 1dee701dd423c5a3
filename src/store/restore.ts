/** Puts a backup in the place of a store. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../lib/app-error.ts'
import { HISTORY_SCHEMA } from './duckdb/schema.ts'
import { LOCK_FILE, lockStore } from './lock.ts'
import { type Manifest, readManifest, verifyFile } from './manifest.ts'
import { STATE_SCHEMA } from './sqlite/schema.ts'
import { storeFiles } from './store-files.ts'

export interface RestoreOptions {
  /** Takes the place of what is there; that is kept beside. */
  readonly force: boolean
  /** From 0 to 1. */
  readonly onProgress?: (share: number) => void
}

export interface Restored {
  readonly manifest: Manifest
  /** Folder of what was there before; undefined when nothing was. */
  readonly replaced: string | undefined
}

const AS_COPIED = '.restored'

/**
 * Each file is copied, and the copy compared with the manifest, before anything that is there is touched. Should it be ended while files
 * change places, the store does not open until a restore came to its end. Throws AppError BACKUP_INVALID, STORE_NEWER, STORE_IN_USE,
 * STORE_FOLDER_NOT_EMPTY, STORE_FULL, STORE_UNOPENED.
 */
export async function restoreStore(from: string, folder: string, { force, onProgress }: RestoreOptions): Promise<Restored> {
  const manifest = readManifest(from)
  refuseNewer(from, manifest)
  const lock = lockFolder(folder)
  try {
    const there = readdirSync(folder).filter((name) => name !== LOCK_FILE && !name.endsWith(AS_COPIED))
    if (there.length > 0 && !force) throw new AppError('STORE_FOLDER_NOT_EMPTY', { folder })
    await copyFiles(manifest, { from, folder, onProgress })
    return { manifest, replaced: swapFiles(manifest, folder, there) }
  } finally {
    lock.release()
  }
}

function refuseNewer(path: string, { schemas }: Manifest): void {
  const known = { state: STATE_SCHEMA.length, history: HISTORY_SCHEMA.length }
  for (const kind of ['state', 'history'] as const) {
    if (schemas[kind] > known[kind]) throw new AppError('STORE_NEWER', { path, found: schemas[kind], known: known[kind] })
  }
}

function lockFolder(folder: string): ReturnType<typeof lockStore> {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return lockStore(folder)
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('STORE_UNOPENED', { folder, reason: (cause as Error).message }, { cause })
  }
}

interface Copy {
  readonly from: string
  readonly folder: string
  readonly onProgress: ((share: number) => void) | undefined
}

async function copyFiles({ files }: Manifest, { from, folder, onProgress }: Copy): Promise<void> {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  let done = 0
  try {
    for (const file of files) {
      const copy = `${file.name}${AS_COPIED}`
      await copyOne(join(from, file.name), join(folder, copy), from)
      await verifyFile(folder, file, copy)
      done += file.bytes
      onProgress?.(total === 0 ? 1 : done / total)
    }
  } catch (error) {
    for (const { name } of files) rmSync(join(folder, `${name}${AS_COPIED}`), { force: true })
    throw error
  }
}

async function copyOne(source: string, target: string, backup: string): Promise<void> {
  try {
    closeSync(openSync(target, 'w', 0o600))
    await copyFile(source, target)
    synced(target)
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'ENOSPC') throw new AppError('STORE_FULL', { what: target, folder: target, reason: message }, { cause })
    throw new AppError('BACKUP_INVALID', { folder: backup, problem: message }, { cause })
  }
}

/** What was there goes into a folder of its own, the copies take its place. */
function swapFiles({ files }: Manifest, folder: string, there: readonly string[]): string | undefined {
  const { restoring } = storeFiles(folder)
  closeSync(openSync(restoring, 'a', 0o600))
  synced(folder)
  const old = there.filter((name) => join(folder, name) !== restoring && !name.startsWith(REPLACED))
  const replaced = old.length === 0 ? undefined : join(folder, freeName(there))
  if (replaced !== undefined) {
    mkdirSync(replaced, { mode: 0o700 })
    for (const name of old) renameSync(join(folder, name), join(replaced, name))
  }
  for (const { name } of files) renameSync(join(folder, `${name}${AS_COPIED}`), join(folder, name))
  synced(folder)
  rmSync(restoring)
  synced(folder)
  return replaced
}

const REPLACED = 'replaced-'

function freeName(taken: readonly string[]): string {
  for (let number = 1; ; number++) if (!taken.includes(`${REPLACED}${number}`)) return `${REPLACED}${number}`
}

/** A file or a folder: what it is now outlives a loss of power. */
function synced(path: string): void {
  if (!existsSync(path)) return
  const file = openSync(path, 'r')
  fsyncSync(file)
  closeSync(file)
}
