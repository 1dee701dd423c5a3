/** Findings as people ask for them. */
import { type Finding, PRIORITIES } from '../../findings/finding.ts'
import { readCursor, wholeOf } from '../cursor.ts'
import type { Page, PageRequest } from '../page.ts'
import { pageOf, rowsFor } from '../page-of.ts'
import type { FindingQuery, FindingStore, StoredFinding } from '../state-store.ts'
import { refuseManySteps } from '../steps.ts'
import type { Database } from './database.ts'
import { fromDocument } from './document.ts'
import { findingClauses, groupClause } from './finding-clauses.ts'
import { countFacets } from './finding-facets.ts'
import { GROUP_COLUMNS, type GroupRow } from './finding-groups.ts'
import { allOf, type Clause, clause } from './where.ts'

interface FindingRow {
  readonly number: number
  readonly time: string
  readonly incident_id: string | null
  readonly excepted: number
  readonly document: string
}

const COLUMNS = 'f.number, CAST(f.time_ns AS TEXT) AS time, f.incident_id, f.excepted, f.document'

export function createFindings(database: Database): FindingStore {
  function list(query: FindingQuery, page: PageRequest): Page<StoredFinding> {
    const { sql, values } = allOf([...findingClauses(query, { counted: false }), groupClause(query), afterCursor(page.cursor)])
    const select = `SELECT ${COLUMNS} FROM findings f WHERE ${sql} ORDER BY f.time_ns DESC, f.number DESC LIMIT ?`
    const rows = database.prepare<FindingRow>(select).all(...values, rowsFor(page))
    return pageOf(rows, page, { item: storedFinding, place: (row) => [row.time, row.number] })
  }

  function get(id: string): StoredFinding | undefined {
    const row = database.prepare<FindingRow>(`SELECT ${COLUMNS} FROM findings f WHERE f.id = ?`).get(id)
    return row && storedFinding(row)
  }

  function count(query: FindingQuery): number {
    const { sql, values } = allOf([...findingClauses(query), groupClause(query)])
    return database.prepare<{ n: number }>(`SELECT count(*) AS n FROM findings f WHERE ${sql}`).get(...values)?.n ?? 0
  }

  const facets: FindingStore['facets'] = (query, wanted, limit) => {
    const { sql, values } = allOf(findingClauses(query))
    const rows = database
      .prepare<GroupRow & { n: number }>(
        `SELECT ${GROUP_COLUMNS}, n FROM (SELECT f.group_id, count(*) AS n FROM findings f WHERE ${sql} GROUP BY f.group_id) JOIN finding_groups USING (group_id)`,
      )
      .all(...values)
    return countFacets(rows, query, { wanted, limit })
  }

  const histogram: FindingStore['histogram'] = (query, stepNs) => {
    refuseManySteps(query.range, stepNs)
    const { sql, values } = allOf([...findingClauses(query), groupClause(query)])
    const rows = database
      .prepare<{ step: number; severity: number; n: number }>(
        `SELECT CAST(f.time_ns / ? AS REAL) AS step, f.severity, count(*) AS n FROM findings f WHERE ${sql} GROUP BY 1, 2 ORDER BY 1, 2`,
      )
      .all(BigInt(Math.trunc(stepNs)), ...values)
    return rows.map(({ step, severity, n }) => ({ timeNs: step * stepNs, priority: PRIORITIES[severity] ?? 'debug', count: n }))
  }

  function setExcepted(ids: readonly string[], excepted: boolean): void {
    database
      .prepare('UPDATE findings SET excepted = ? WHERE id IN (SELECT value FROM json_each(?))')
      .run(excepted ? 1 : 0, JSON.stringify(ids))
  }

  return { list, get, count, facets, histogram, setExcepted }
}

function afterCursor(cursor: string | undefined): Clause | undefined {
  if (cursor === undefined) return undefined
  const [time, number] = readCursor(cursor, ['string', 'number'])
  return clause('(f.time_ns, f.number) < (?, ?)', wholeOf(time), number as number)
}

function storedFinding(row: FindingRow): StoredFinding {
  const finding = fromDocument<Finding>(row.document, ['containerId', 'processKey'])
  return { ...finding, incidentId: row.incident_id ?? undefined, excepted: row.excepted === 1 }
}
