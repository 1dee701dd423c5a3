/** The table of events: its columns, and how an event becomes a row and a row an event. */
import { HISTORY_COLUMNS, type HistoryColumn, type HistoryEvent } from '../../findings/history-event.ts'
import type { WholeEvent } from '../history-store.ts'
import { storedText, textOf } from '../stored-text.ts'
import { timeValue } from '../time-value.ts'

export type Cell = string | number | bigint | boolean | null
export type Fields = Readonly<Record<string, unknown>>

/** What every event has. `fields` holds, as JSON, what has no column; `mark` is a short hash by which one event is found among millions. */
const OWN_COLUMNS = {
  time_ns: 'BIGINT NOT NULL',
  hostname: 'VARCHAR NOT NULL',
  id: 'VARCHAR NOT NULL',
  kind: 'VARCHAR NOT NULL',
  process_key: 'VARCHAR',
  process_id: 'VARCHAR',
} as const

export const FIELD_COLUMNS = Object.keys(HISTORY_COLUMNS) as HistoryColumn[]
const SQL_TYPES = { text: 'VARCHAR', number: 'DOUBLE', boolean: 'BOOLEAN' } as const

/** Names and types, in the order of the cells of a row. */
export const EVENT_COLUMNS: readonly { readonly name: string; readonly type: string }[] = [
  ...Object.entries(OWN_COLUMNS).map(([name, type]) => ({ name, type })),
  ...FIELD_COLUMNS.map((name) => ({ name, type: SQL_TYPES[HISTORY_COLUMNS[name]] })),
  { name: 'fields', type: 'VARCHAR NOT NULL' },
  { name: 'mark', type: 'UINTEGER NOT NULL' },
]

/** A name as SQL has it. Names are ours, never from outside. */
export function quoted(name: string): string {
  return `"${name}"`
}

/** What an event is made of again. */
export const SELECTED = EVENT_COLUMNS.filter(({ name }) => name !== 'mark')
  .map(({ name }) => quoted(name))
  .join(', ')
const FIRST_FIELD = Object.keys(OWN_COLUMNS).length
const TYPE_OF = { text: 'string', number: 'number', boolean: 'boolean' } as const

const PLACES: ReadonlyMap<string, number> = new Map(FIELD_COLUMNS.map((name, index) => [name, FIRST_FIELD + index]))
const TYPE_PLACE = FIRST_FIELD + FIELD_COLUMNS.indexOf('evt.type')
const EXPECTED: readonly string[] = FIELD_COLUMNS.map((name) => TYPE_OF[HISTORY_COLUMNS[name]])

/** `ofProcess`: fields of the process record, which fill columns that the event leaves empty. bench/store.ts measures it. */
export function rowOf(event: HistoryEvent, ofProcess: Fields | undefined): Cell[] {
  const { timeNs, hostname, id, kind, type, processKey, processId, fields } = event
  const row: Cell[] = [timeValue(timeNs), storedText(hostname), storedText(id), storedText(kind)]
  row.push(processKey === undefined ? null : storedText(processKey), processId === undefined ? null : storedText(processId))
  row.push(...(ofProcess === undefined ? NOTHING : inheritedCells(ofProcess)))
  const rest = Object.create(null) as Record<string, unknown> // a field may be called __proto__
  for (const name of Object.keys(fields)) {
    const value = fields[name]
    const place = PLACES.get(name)
    if (place === undefined) rest[name] = value
    else if (value !== null && value !== undefined) {
      const cell = typeof value === EXPECTED[place - FIRST_FIELD] ? cellOf(value as Cell) : null
      row[place] = cell
      // Of another type than the column, and never compared; or not the same when it is read again: kept beside it.
      if (cell === null || cellValue(cell) !== value) rest[name] = value
    }
  }
  row[TYPE_PLACE] = storedText(type)
  row.push(JSON.stringify(rest), markOf(hostname, id))
  return row
}

/** 32 bits of FNV-1a over the code units. */
export function markOf(hostname: string, id: string): number {
  let hash = 0x811c9dc5
  for (const text of [hostname, id]) {
    for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return hash >>> 0
}

const NOTHING: readonly Cell[] = FIELD_COLUMNS.map(() => null)
const inherited = new WeakMap<Fields, readonly Cell[]>()

/** The same for all events of a process: made once. */
function inheritedCells(ofProcess: Fields): readonly Cell[] {
  const known = inherited.get(ofProcess)
  if (known !== undefined) return known
  const cells = FIELD_COLUMNS.map((name, index) => (typeof ofProcess[name] === EXPECTED[index] ? cellOf(ofProcess[name] as Cell) : null))
  inherited.set(ofProcess, cells)
  return cells
}

/** The event, its process put back: first what the record says, then the columns, then what the event alone has. */
export function eventOf(row: readonly Cell[], ofProcess: Fields | undefined): WholeEvent {
  const [timeNs, hostname, id, kind, processKey, processId] = row
  const columns: Record<string, unknown> = {}
  FIELD_COLUMNS.forEach((name, index) => {
    const cell = row[FIRST_FIELD + index] ?? null
    if (cell !== null) columns[name] = cellValue(cell)
  })
  const fields = { ...ofProcess, ...columns, ...(JSON.parse(row.at(-1) as string) as Fields) }
  return {
    id: textOf(id as string),
    hostname: textOf(hostname as string),
    timeNs: Number(timeNs),
    kind: textOf(kind as string),
    type: textOf(row[FIRST_FIELD] as string),
    processId: processId === null ? undefined : textOf(processId as string),
    processKey: processKey === null ? undefined : textOf(processKey as string),
    fields,
  }
}

function cellOf(value: Cell): Cell {
  return typeof value === 'string' ? storedText(value) : value
}

/** What a cell of a column stands for. */
export function cellValue(cell: Cell): string | number | boolean | null {
  if (typeof cell === 'bigint') return Number(cell)
  return typeof cell === 'string' ? textOf(cell) : cell
}
