/** Looks whether a store that nobody uses is whole. Changes nothing. */
import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { AppError } from '../lib/app-error.ts'
import { formatCount } from '../lib/quantity.ts'
import { verifyAudit } from './audit-chain.ts'
import { verifyHistory } from './duckdb/verify-history.ts'
import { lockStore } from './lock.ts'
import { createAudit } from './sqlite/audit.ts'
import { openDatabase } from './sqlite/database.ts'
import { schemaOf } from './sqlite/migrate.ts'
import { STATE_SCHEMA } from './sqlite/schema.ts'
import { refuseMissing, storeFiles } from './store-files.ts'

export interface StorePart {
  readonly name: 'state' | 'references' | 'audit' | 'history'
  readonly ok: boolean
  /** What was found: how much is there, or what is wrong. */
  readonly detail: string
}

const MOST_PROBLEMS = 5

/** Throws AppError STORE_IN_USE, STORE_NEWER, STORE_UNOPENED when there is no store in the folder. */
export async function checkStore(folder: string): Promise<readonly StorePart[]> {
  const files = storeFiles(folder)
  refuseMissing(folder)
  const lock = lockStore(folder)
  try {
    return [...stateParts(files.state), await historyPart(files.history)]
  } finally {
    lock.release()
  }
}

function stateParts(path: string): StorePart[] {
  const problems = brokenPages(path)
  if (problems.length > 0) return [{ name: 'state', ok: false, detail: problems.join('; ') }]
  const database = openDatabase(path)
  try {
    const found = schemaOf(database)
    if (found > STATE_SCHEMA.length) throw new AppError('STORE_NEWER', { path, found, known: STATE_SCHEMA.length })
    const findings = database.prepare<{ n: number }>('SELECT count(*) AS n FROM findings').get()?.n ?? 0
    const loose = database.prepare<{ table: string }>('PRAGMA foreign_key_check').all()
    const { ok, entries, brokenAt } = verifyAudit(createAudit(database).all(), createAudit(database).anchor())
    return [
      { name: 'state', ok: true, detail: `${formatCount(findings)} findings, schema ${found}` },
      { name: 'references', ok: loose.length === 0, detail: loose.length === 0 ? 'none leads nowhere' : `${loose.length} lead nowhere` },
      { name: 'audit', ok, detail: ok ? `${formatCount(entries)} entries, the chain holds` : `the chain breaks at entry ${brokenAt}` },
    ]
  } finally {
    database.close()
  }
}

/** Asked of a connection of its own: damage can make any other statement fail. */
function brokenPages(path: string): readonly string[] {
  const connection = new DatabaseSync(path)
  try {
    const rows = connection.prepare(`PRAGMA integrity_check(${MOST_PROBLEMS})`).all()
    return rows.map((row) => String(Object.values(row)[0])).filter((text) => text !== 'ok')
  } catch (error) {
    return [(error as Error).message]
  } finally {
    connection.close()
  }
}

async function historyPart(path: string): Promise<StorePart> {
  if (!existsSync(path)) return { name: 'history', ok: true, detail: 'there is none' }
  const { problem, events } = await verifyHistory(path)
  return { name: 'history', ok: problem === undefined, detail: problem ?? `${formatCount(events)} events` }
}
