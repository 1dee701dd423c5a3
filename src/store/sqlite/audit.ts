/** The audit log: entries are added at its end, and thrown away from its beginning. */
import type { AccessStore, AuditAnchor, AuditEntry } from '../access-store.ts'
import { chainedEntry, FIRST_ANCHOR } from '../audit-chain.ts'
import { readCursor } from '../cursor.ts'
import type { Page, PageRequest } from '../page.ts'
import { pageOf, rowsFor } from '../page-of.ts'
import type { Database } from './database.ts'
import { fromDocument } from './document.ts'
import { allOf, clause, equals } from './where.ts'

interface AuditRow {
  readonly number: number
  readonly document: string
}

export function createAudit(database: Database): AccessStore['audit'] {
  const last = database.prepare<AuditRow>('SELECT number, document FROM audit ORDER BY number DESC LIMIT 1')
  const add = database.prepare('INSERT INTO audit (number, document) VALUES (?, ?)')
  const after = database.prepare<AuditRow>('SELECT number, document FROM audit WHERE number > ? ORDER BY number LIMIT ?')
  const findAnchor = database.prepare<AuditAnchor>('SELECT number, hash FROM audit_anchor')

  const anchor = (): AuditAnchor => findAnchor.get() ?? FIRST_ANCHOR

  const append: AccessStore['audit']['append'] = (entry) =>
    database.write(() => {
      const row = last.get()
      // As it will be read again: what JSON has no word for must not be in the hash.
      const plain = JSON.parse(JSON.stringify(entry)) as typeof entry
      const chained = chainedEntry({ ...plain, userId: entry.userId }, row === undefined ? anchor() : auditEntry(row))
      add.run(chained.number, JSON.stringify(chained))
      return chained
    })

  function list(query: { readonly userId?: string; readonly action?: string }, page: PageRequest): Page<AuditEntry> {
    const place = page.cursor === undefined ? undefined : (readCursor(page.cursor, ['number'])[0] as number)
    const before = place === undefined ? undefined : clause('number < ?', place)
    const { sql, values } = allOf([equals('user_id', query.userId), equals('action', query.action), before])
    const rows = database
      .prepare<AuditRow>(`SELECT number, document FROM audit WHERE ${sql} ORDER BY number DESC LIMIT ?`)
      .all(...values, rowsFor(page))
    return pageOf(rows, page, { item: auditEntry, place: ({ number }) => [number] })
  }

  /** In pieces: nothing is held open while the caller takes its time, and entries may be added meanwhile. */
  function* all(): Iterable<AuditEntry> {
    for (let place = -1; ; ) {
      const rows = after.all(place, PIECE)
      yield* rows.map(auditEntry)
      const end = rows.at(-1)
      if (end === undefined) return
      place = end.number
    }
  }

  return { append, list, all, anchor }
}

const PIECE = 500

/** The number is that of the row: an entry that somebody moved is found. */
function auditEntry({ number, document }: AuditRow): AuditEntry {
  return { ...fromDocument<AuditEntry>(document, ['userId']), number }
}
