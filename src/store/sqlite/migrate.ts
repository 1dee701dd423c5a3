/** Brings a file up to today's schema, one transaction per step, with a copy of what was before. */
import { closeSync, openSync, rmSync } from 'node:fs'
import { AppError } from '../../lib/app-error.ts'
import type { Database } from './database.ts'
import type { SchemaStep } from './schema.ts'

export interface Migration {
  readonly from: number
  readonly to: number
  /** The copy of the file as it was; undefined for a new file, and when nothing was to be done. */
  readonly copy: string | undefined
}

/** Throws AppError STORE_NEWER for a file of a later version, and STORE_FULL. A step that fails leaves the file as it was before the step. */
export function migrate(database: Database, steps: readonly SchemaStep[]): Migration {
  const from = schemaOf(database)
  const to = steps.length
  if (from > to) throw new AppError('STORE_NEWER', { path: database.path, found: from, known: to })
  if (from === to) return { from, to, copy: undefined }
  const copy = from === 0 ? undefined : copyBefore(database, from)
  for (const step of steps.slice(from)) take(database, step)
  return { from, to, copy }
}

/** The number of the last step that the file has seen; 0: it is new. */
export function schemaOf(database: Database): number {
  return database.prepare<{ user_version: number }>('PRAGMA user_version').get()?.user_version ?? 0
}

function copyBefore(database: Database, from: number): string {
  const copy = `${database.path}.before-schema-${from + 1}`
  rmSync(copy, { force: true }) // of a start that was ended meanwhile
  closeSync(openSync(copy, 'wx', 0o600))
  database.prepare('VACUUM INTO ?').run(copy)
  return copy
}

function take(database: Database, step: SchemaStep): void {
  database.write(() => {
    database.execute(step.sql)
    database.execute(`PRAGMA user_version = ${step.number}`)
  })
}
