/** Events one by one: pages newest first, and all of them oldest first. */
import { readCursor, wholeOf } from '../cursor.ts'
import type { HistoryStore, WholeEvent } from '../history-store.ts'
import { pageOf, rowsFor } from '../page-of.ts'
import { storedText, textOf } from '../stored-text.ts'
import { eventOf, markOf, SELECTED } from './columns.ts'
import type { HistoryDatabase, Row } from './database.ts'
import { newestRows, type Place } from './newest-rows.ts'
import type { ProcessFields } from './process-fields.ts'

const TIME = 0
const HOSTNAME = 1
const ID = 2
const PROCESS_ID = 5

type Reader = Pick<HistoryStore, 'list' | 'get'>

export function createEventReader(database: HistoryDatabase, processes: ProcessFields): Reader {
  const list: Reader['list'] = async (query, page) => {
    const rows = await newestRows(database, query, { ...placeOf(page.cursor), count: rowsFor(page) })
    const item = wholeEvents(rows, processes)
    return pageOf(rows, page, { item, place: (row) => [String(row[TIME]), String(row[ID]), String(row[HOSTNAME])] })
  }

  const get: Reader['get'] = async (hostname, id) => {
    const named = [markOf(hostname, id), storedText(id), storedText(hostname)]
    const rows = await database.query(
      `SELECT ${SELECTED} FROM events WHERE mark = CAST(? AS UINTEGER) AND id = ? AND hostname = ? LIMIT 1`,
      named,
    )
    return rows.map(wholeEvents(rows, processes))[0]
  }

  return { list, get }
}

/** Fetches the processes of all rows at once; what it returns is for those rows. */
export function wholeEvents(rows: readonly Row[], processes: ProcessFields): (row: Row) => WholeEvent {
  const ofProcess = processes.of(rows.map((row) => ({ hostname: textOf(String(row[HOSTNAME])), processId: processIdOf(row) })))
  return (row) => {
    const processId = processIdOf(row)
    return eventOf(row, processId === undefined ? undefined : ofProcess(textOf(String(row[HOSTNAME])), processId))
  }
}

function processIdOf(row: Row): string | undefined {
  const id = row[PROCESS_ID]
  return typeof id === 'string' ? textOf(id) : undefined
}

function placeOf(cursor: string | undefined): { readonly after: Place | undefined } {
  if (cursor === undefined) return { after: undefined }
  const [time, id, hostname] = readCursor(cursor, ['string', 'string', 'string'])
  return { after: { time: wholeOf(time), id: id as string, hostname: hostname as string } }
}
