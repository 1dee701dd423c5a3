/** Processes, and the states that they were in. */
import type { ProcessExit, ProcessRecord } from '../../findings/process-record.ts'
import { readCursor, wholeOf } from '../cursor.ts'
import type { Page, PageRequest } from '../page.ts'
import { pageOf, rowsFor } from '../page-of.ts'
import type { ProcessQuery, ProcessStore, StoredProcess } from '../state-store.ts'
import { timeValue } from '../time-value.ts'
import type { Database } from './database.ts'
import { fromDocument } from './document.ts'
import { treeKeys } from './process-tree.ts'
import { hasText } from './search-text.ts'
import { allOf, type Clause, clause, equals } from './where.ts'
import { createProcessWriter } from './write-processes.ts'

interface ProcessRow {
  readonly number: number
  readonly started: string
  readonly exit: number | null
  readonly children: number
  readonly findings: number
  readonly document: string
}

const COLUMNS = `p.number, CAST(p.started_ns AS TEXT) AS started, CAST(p.exit_ns AS REAL) AS exit,
  (SELECT count(*) FROM processes c WHERE c.hostname = p.hostname AND c.parent_key = p.process_key) AS children,
  (SELECT count(*) FROM findings f JOIN finding_groups g USING (group_id) WHERE f.process_key = p.process_key AND g.hostname = p.hostname) AS findings,
  s.document`
const FROM = 'processes p JOIN process_states s ON s.number = p.state_number'

export function createProcesses(database: Database): ProcessStore {
  const put = createProcessWriter(database)

  function write(records: readonly ProcessRecord[], exits: readonly ProcessExit[]): void {
    database.write(() => {
      for (const record of records) put.record(record)
      for (const exit of exits) put.exit(exit)
    })
  }

  function list(query: ProcessQuery, page: PageRequest): Page<StoredProcess> {
    const { sql, values } = allOf([...processClauses(query), afterCursor(page.cursor)])
    const rows = database
      .prepare<ProcessRow>(`SELECT ${COLUMNS} FROM ${FROM} WHERE ${sql} ORDER BY p.started_ns DESC, p.number DESC LIMIT ?`)
      .all(...values, rowsFor(page))
    return pageOf(rows, page, { item: processOf, place: ({ started, number }) => [started, number] })
  }

  function get(hostname: string, processKey: string): StoredProcess | undefined {
    const row = database
      .prepare<ProcessRow>(`SELECT ${COLUMNS} FROM ${FROM} WHERE p.hostname = ? AND p.process_key = ?`)
      .get(hostname, processKey)
    return row && processOf(row)
  }

  const states = (hostname: string, processKey: string): readonly ProcessRecord[] =>
    database
      .prepare<{ document: string }>('SELECT document FROM process_states WHERE hostname = ? AND process_key = ? ORDER BY state')
      .all(hostname, processKey)
      .map(({ document }) => recordOf(document))

  function state(hostname: string, id: string): ProcessRecord | undefined {
    const row = database
      .prepare<{ document: string }>('SELECT document FROM process_states WHERE hostname = ? AND id = ?')
      .get(hostname, id)
    return row && recordOf(row.document)
  }

  const tree: ProcessStore['tree'] = (hostname, processKey, limit) => {
    const { keys, truncated } = treeKeys(database, { hostname, processKey, limit })
    return { processes: keys.flatMap((key) => get(hostname, key) ?? []), truncated }
  }

  return { write, list, get, states, state, tree }
}

function processClauses({ hostname, range, text, containerId, alive }: ProcessQuery): readonly (Clause | undefined)[] {
  return [
    equals('p.hostname', hostname),
    range && clause('p.started_ns < ? AND ifnull(p.exit_ns >= ?, true)', timeValue(range.toNs), timeValue(range.fromNs)),
    equals('p.container_id', containerId),
    alive === true ? clause('p.exit_ns IS NULL') : undefined,
    hasText('p.text', text),
  ]
}

function afterCursor(cursor: string | undefined): Clause | undefined {
  if (cursor === undefined) return undefined
  const [started, number] = readCursor(cursor, ['string', 'number'])
  return clause('(p.started_ns, p.number) < (?, ?)', wholeOf(started), number as number)
}

function processOf({ document, exit, children, findings }: ProcessRow): StoredProcess {
  return { ...recordOf(document), exitNs: exit ?? undefined, children, findings }
}

function recordOf(document: string): ProcessRecord {
  return fromDocument<ProcessRecord>(document, ['parentKey', 'containerId', 'containerName', 'image'])
}
