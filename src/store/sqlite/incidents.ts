/** Incidents, their keys and the notes of people. */
import type { Incident } from '../../findings/incident.ts'
import { type CursorValue, readCursor, wholeOf } from '../cursor.ts'
import type { Page, PageRequest } from '../page.ts'
import { pageOf, rowsFor } from '../page-of.ts'
import type { IncidentNote, IncidentQuery, IncidentStore } from '../state-store.ts'
import { timeValue } from '../time-value.ts'
import type { Database } from './database.ts'
import { fromDocument } from './document.ts'
import { hasText, searchText } from './search-text.ts'
import { allOf, type Clause, clause, equals, isOneOf } from './where.ts'

interface IncidentRow {
  readonly id: string
  readonly state: string
  readonly assignee: string | null
  readonly risk: number
  readonly last: string
  readonly document: string
}

const COLUMNS = 'id, state, assignee, risk, CAST(last_ns AS TEXT) AS last, document'

export function createIncidents(database: Database): IncidentStore {
  function list(query: IncidentQuery, page: PageRequest): Page<Incident> {
    const byRisk = query.order !== 'last'
    const { sql, values } = allOf([...incidentClauses(query), afterCursor(page.cursor, byRisk)])
    const order = byRisk ? 'risk DESC, last_ns DESC, id DESC' : 'last_ns DESC, id DESC'
    const rows = database
      .prepare<IncidentRow>(`SELECT ${COLUMNS} FROM incidents WHERE ${sql} ORDER BY ${order} LIMIT ?`)
      .all(...values, rowsFor(page))
    return pageOf(rows, page, { item: incidentOf, place: (row) => placeOf(row, byRisk) })
  }

  function get(id: string): Incident | undefined {
    const row = database.prepare<IncidentRow>(`SELECT ${COLUMNS} FROM incidents WHERE id = ?`).get(id)
    return row && incidentOf(row)
  }

  const withKeys: IncidentStore['withKeys'] = (keys, sinceNs) =>
    database
      .prepare<IncidentRow>(
        `SELECT ${COLUMNS} FROM incidents WHERE state <> 'closed' AND last_ns >= ? AND id IN (
           SELECT k.incident_id FROM json_each(?) one JOIN incident_keys k ON k.kind = one.value ->> '$.kind' AND k.value = one.value ->> '$.value'
         ) ORDER BY last_ns DESC, id DESC`,
      )
      .all(timeValue(sinceNs), JSON.stringify(keys))
      .map(incidentOf)

  const update: IncidentStore['update'] = (id, { state, assignee }) => {
    const change = 'UPDATE incidents SET state = ifnull(?, state), assignee = CASE WHEN ? THEN ? ELSE assignee END WHERE id = ?'
    database.prepare(change).run(state ?? null, assignee === undefined ? 0 : 1, assignee ?? null, id)
    return get(id)
  }

  const notes = (id: string): readonly IncidentNote[] =>
    database
      .prepare<{ document: string }>('SELECT document FROM incident_notes WHERE incident_id = ? ORDER BY number')
      .all(id)
      .map(({ document }) => JSON.parse(document) as IncidentNote)

  const addNote = (note: IncidentNote): void =>
    void database
      .prepare('INSERT INTO incident_notes (id, incident_id, document) VALUES (?, ?, ?)')
      .run(note.id, note.incidentId, JSON.stringify(note))

  return { list, get, withKeys, update, notes, addNote }
}

/** Adds it or brings it up to date, within a transaction of the caller. State and assignee of one that is there are people's, and stay. */
export function createIncidentWriter(database: Database): (incident: Incident) => void {
  const put = database.prepare(
    `INSERT INTO incidents (id, state, assignee, hostname, risk, first_ns, last_ns, text, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET hostname = excluded.hostname, risk = excluded.risk, first_ns = excluded.first_ns, last_ns = excluded.last_ns,
       text = excluded.text, document = excluded.document`,
  )
  const dropKeys = database.prepare('DELETE FROM incident_keys WHERE incident_id = ?')
  const addKey = database.prepare('INSERT INTO incident_keys (kind, value, incident_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
  return (incident) => {
    const { id, state, assignee, hostname, risk, firstNs, lastNs, title, rules } = incident
    const text = searchText([title, hostname, ...rules])
    put.run(id, state, assignee ?? null, hostname, risk, timeValue(firstNs), timeValue(lastNs), text, JSON.stringify(incident))
    dropKeys.run(id)
    for (const { kind, value } of incident.keys) addKey.run(kind, value, id)
  }
}

/** The range: those that had something in it, or before and after it. */
function incidentClauses({ range, states, hostnames, assignee, text }: IncidentQuery): readonly (Clause | undefined)[] {
  return [
    range && clause('last_ns >= ? AND first_ns < ?', timeValue(range.fromNs), timeValue(range.toNs)),
    isOneOf('state', states),
    isOneOf('hostname', hostnames),
    equals('assignee', assignee),
    hasText('text', text),
  ]
}

function placeOf({ risk, last, id }: IncidentRow, byRisk: boolean): readonly CursorValue[] {
  return byRisk ? [risk, last, id] : [last, id]
}

function afterCursor(cursor: string | undefined, byRisk: boolean): Clause | undefined {
  if (cursor === undefined) return undefined
  if (byRisk) {
    const [risk, last, id] = readCursor(cursor, ['number', 'string', 'string'])
    return clause('(risk, last_ns, id) < (?, ?, ?)', risk as number, wholeOf(last), id as string)
  }
  const [last, id] = readCursor(cursor, ['string', 'string'])
  return clause('(last_ns, id) < (?, ?)', wholeOf(last), id as string)
}

function incidentOf(row: IncidentRow): Incident {
  const incident = fromDocument<Incident>(row.document, ['containerId', 'processKey'])
  return { ...incident, state: row.state as Incident['state'], assignee: row.assignee ?? undefined }
}
