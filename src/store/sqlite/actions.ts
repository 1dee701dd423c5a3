/** What was done about something. */
import type { ActionRecord } from '../../findings/action-record.ts'
import { readCursor, wholeOf } from '../cursor.ts'
import type { Page, PageRequest } from '../page.ts'
import { pageOf, rowsFor } from '../page-of.ts'
import type { ActionQuery, ActionStore } from '../state-store.ts'
import { timeValue } from '../time-value.ts'
import type { Database } from './database.ts'
import { fromDocument } from './document.ts'
import { allOf, type Clause, clause, equals } from './where.ts'

interface ActionRow {
  readonly number: number
  readonly time: string
  readonly document: string
}

export function createActions(database: Database): ActionStore {
  function list({ incidentId, findingId, hostname, phase }: ActionQuery, page: PageRequest): Page<ActionRecord> {
    const { sql, values } = allOf([
      equals('incident_id', incidentId),
      equals('finding_id', findingId),
      equals('hostname', hostname),
      equals('phase', phase),
      afterCursor(page.cursor),
    ])
    const rows = database
      .prepare<ActionRow>(
        `SELECT number, CAST(time_ns AS TEXT) AS time, document FROM actions WHERE ${sql} ORDER BY time_ns DESC, number DESC LIMIT ?`,
      )
      .all(...values, rowsFor(page))
    return pageOf(rows, page, { item: actionOf, place: ({ time, number }) => [time, number] })
  }

  const one = database.prepare<ActionRow>('SELECT number, CAST(time_ns AS TEXT) AS time, document FROM actions WHERE id = ?')
  const put = database.prepare(
    `INSERT INTO actions (id, time_ns, hostname, incident_id, finding_id, phase, document) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET time_ns = excluded.time_ns, hostname = excluded.hostname, incident_id = excluded.incident_id,
       finding_id = excluded.finding_id, phase = excluded.phase, document = excluded.document`,
  )
  return {
    list,
    get: (id) => {
      const row = one.get(id)
      return row && actionOf(row)
    },
    put: (action) => {
      const { id, timeNs, hostname, incidentId, findingId, phase } = action
      put.run(id, timeValue(timeNs), hostname, incidentId ?? null, findingId ?? null, phase, JSON.stringify(action))
    },
  }
}

function afterCursor(cursor: string | undefined): Clause | undefined {
  if (cursor === undefined) return undefined
  const [time, number] = readCursor(cursor, ['string', 'number'])
  return clause('(time_ns, number) < (?, ?)', wholeOf(time), number as number)
}

function actionOf({ document }: ActionRow): ActionRecord {
  return fromDocument<ActionRecord>(document, ['findingId', 'incidentId', 'userId', 'policy', 'expiresNs'])
}
