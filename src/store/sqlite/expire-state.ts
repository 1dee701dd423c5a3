/** Throws away what is too old or too much, in small transactions: others have their turn between them. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AuditEntry } from '../access-store.ts'
import { cutOf } from '../retention.ts'
import type { RetentionSettings } from '../store.ts'
import { timeValue } from '../time-value.ts'
import type { Database, SqlValue } from './database.ts'

const MOST_AT_ONCE = 500
/** Of a point: its columns, and its place in two indexes. */
const BYTES_OF_POINT = 150
/** Pages given back to the file system at once. */
const PAGES = 512

/** Findings, the oldest first; then incidents that have none left, and groups that stand for none. Returns how many findings went. */
export async function expireFindings(database: Database, limits: RetentionSettings, nowNs: number): Promise<number> {
  const before = laterOf(cutTime(limits, nowNs), timeOfBytes(database, limits.maxBytes))
  if (before === undefined) return 0
  const gone = await inPieces(
    database,
    'DELETE FROM findings WHERE number IN (SELECT number FROM findings WHERE time_ns < ? ORDER BY time_ns LIMIT ?)',
    before,
  )
  await inPieces(
    database,
    'DELETE FROM incidents WHERE id IN (SELECT id FROM incidents i WHERE last_ns < ? AND NOT EXISTS (SELECT 1 FROM findings f WHERE f.incident_id = i.id) LIMIT ?)',
    before,
  )
  await inPieces(
    database,
    'DELETE FROM actions WHERE number IN (SELECT number FROM actions WHERE time_ns < ? ORDER BY time_ns LIMIT ?)',
    before,
  )
  if (gone > 0) {
    const unused = 'SELECT group_id FROM finding_groups g WHERE NOT EXISTS (SELECT 1 FROM findings f WHERE f.group_id = g.group_id)'
    database.write(() => database.prepare(`DELETE FROM finding_groups WHERE group_id IN (${unused})`).run())
  }
  return gone
}

/** The time before which findings are beyond so many bytes; undefined: they are not. */
function timeOfBytes(database: Database, maxBytes: number | undefined): bigint | undefined {
  if (maxBytes === undefined) return undefined
  const total = database.prepare<{ bytes: number | null }>('SELECT sum(bytes) AS bytes FROM findings').get()?.bytes ?? 0
  if (total <= maxBytes) return undefined
  let kept = 0
  const rows = database.prepare<{ time: string; bytes: number }>(
    'SELECT CAST(time_ns AS TEXT) AS time, bytes FROM findings ORDER BY time_ns DESC, number DESC',
  )
  for (const { time, bytes } of rows.each()) {
    kept += bytes
    if (kept > maxBytes) return BigInt(time) + 1n
  }
  return undefined
}

/**
 * Processes that ended before, unless a finding or a process that stays names them: what is told about these needs them. Their states go,
 * too. Returns how many processes went.
 */
export async function expireProcesses(database: Database, beforeNs: number): Promise<number> {
  const find = database.prepare<{ number: number; hostname: string; process_key: string }>(
    `SELECT number, hostname, process_key FROM processes p WHERE exit_ns < ?
       AND NOT EXISTS (SELECT 1 FROM findings f WHERE f.process_key = p.process_key)
       AND NOT EXISTS (SELECT 1 FROM processes c WHERE c.hostname = p.hostname AND c.parent_key = p.process_key)
     ORDER BY exit_ns LIMIT ?`,
  )
  const dropStates = database.prepare('DELETE FROM process_states WHERE hostname = ? AND process_key = ?')
  const drop = database.prepare('DELETE FROM processes WHERE number = ?')
  for (let gone = 0; ; ) {
    const rows = find.all(timeValue(beforeNs), MOST_AT_ONCE)
    if (rows.length === 0) return gone
    database.write(() => {
      for (const { number, hostname, process_key } of rows) {
        dropStates.run(hostname, process_key)
        drop.run(number)
      }
    })
    gone += rows.length
    await nextTurn()
  }
}

/** By age alone. What is left begins at the anchor, so that the chain can be followed from there. Returns how many entries went. */
export async function expireAudit(database: Database, limits: RetentionSettings, nowNs: number): Promise<number> {
  const cut = cutOf(limits, nowNs)
  if (cut === undefined) return 0
  const first = database.prepare<{ number: number; document: string }>('SELECT number, document FROM audit ORDER BY number LIMIT ?')
  const anchor = database.prepare(
    'INSERT INTO audit_anchor (one, number, hash) VALUES (1, ?, ?) ON CONFLICT DO UPDATE SET number = excluded.number, hash = excluded.hash',
  )
  const drop = database.prepare('DELETE FROM audit WHERE number <= ?')
  for (let gone = 0; ; ) {
    const entries = first.all(MOST_AT_ONCE).map(({ number, document }) => ({ ...(JSON.parse(document) as AuditEntry), number }))
    const stays = entries.findIndex(({ timeNs }) => timeNs >= cut)
    const old = stays === -1 ? entries : entries.slice(0, stays)
    const last = old.at(-1)
    if (last === undefined) return gone
    database.write(() => {
      anchor.run(last.number, last.hash)
      drop.run(last.number)
    })
    gone += old.length
    await nextTurn()
  }
}

export async function expireSensorPoints(database: Database, limits: RetentionSettings, nowNs: number): Promise<number> {
  const { maxBytes } = limits
  const beyond =
    maxBytes === undefined
      ? undefined
      : database
          .prepare<{ time: string }>('SELECT CAST(time_ns AS TEXT) AS time FROM sensor_points ORDER BY time_ns DESC LIMIT 1 OFFSET ?')
          .get(Math.floor(maxBytes / BYTES_OF_POINT))
  const before = laterOf(cutTime(limits, nowNs), beyond && BigInt(beyond.time) + 1n)
  if (before === undefined) return 0
  const drop = `DELETE FROM sensor_points WHERE (hostname, time_ns) IN (
    SELECT hostname, time_ns FROM sensor_points WHERE time_ns < ? ORDER BY time_ns LIMIT ?)`
  return inPieces(database, drop, before)
}

/** Gives room that nothing uses back to the file system. */
export async function shrink(database: Database): Promise<void> {
  const free = database.prepare<{ freelist_count: number }>('PRAGMA freelist_count')
  for (let before = Number.POSITIVE_INFINITY; ; ) {
    const pages = free.get()?.freelist_count ?? 0
    if (pages === 0 || pages >= before) return
    before = pages
    database.execute(`PRAGMA incremental_vacuum(${PAGES})`)
    await nextTurn()
  }
}

/** What the documents of processes come to. */
export function processBytes(database: Database): number {
  return database.prepare<{ bytes: number }>('SELECT bytes FROM process_bytes').get()?.bytes ?? 0
}

/** `sql` takes the value and how many rows it may touch. */
async function inPieces(database: Database, sql: string, value: SqlValue): Promise<number> {
  const statement = database.prepare(sql)
  for (let gone = 0; ; ) {
    const rows = database.write(() => statement.run(value, MOST_AT_ONCE))
    gone += rows
    if (rows < MOST_AT_ONCE) return gone
    await nextTurn()
  }
}

function cutTime(limits: RetentionSettings, nowNs: number): bigint | undefined {
  const cut = cutOf(limits, nowNs)
  return cut === undefined ? undefined : timeValue(cut)
}

function laterOf(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return b > a ? b : a
}
