/**
 * The most frequent values of columns. Columns of few values are counted together, in one pass. A column of many values is grouped by itself,
 * which takes long where very much matches: then some slices of time say which values are frequent, and these alone are counted over
 * everything. So every count is exact; only whether a value is among the most frequent is told by the slices, and how often there is no
 * value is left out. Conditions on parts of texts cost more than all else: what they leave is taken out once. bench/store.ts measures it.
 */
import { HISTORY_COLUMNS, type HistoryColumn } from '../../findings/history-event.ts'
import type { HistoryFilter } from '../../findings/history-filter.ts'
import type { HistoryQuery } from '../history-store.ts'
import type { FacetValue } from '../page.ts'
import { type Cell, cellValue, quoted } from './columns.ts'
import type { HistoryDatabase } from './database.ts'
import { type Extent, extentOf } from './extent.ts'
import type { SqlPart } from './filter-sql.ts'
import { querySql } from './query-sql.ts'

export interface FacetRequest {
  readonly query: HistoryQuery
  readonly columns: readonly HistoryColumn[]
  readonly limit: number
}

export type Facets = Partial<Record<HistoryColumn, readonly FacetValue[]>>

/** Columns that may have as many values as there are events. */
const MANY_VALUED: ReadonlySet<HistoryColumn> = new Set([
  'fd.name',
  'fd.directory',
  'fd.filename',
  'fs.path.name',
  'fd.rip',
  'fd.sip',
  'fd.lport',
  'fd.rport',
  'fd.sport',
  'proc.cmdline',
  'proc.pid',
  'proc.ppid',
])

export interface FacetBounds {
  /** Matching events, by an estimate, of which columns of many values are grouped as they are. */
  readonly grouped: number
  /** Matching events that are taken out once. */
  readonly takenOut: number
  /** Events in all slices together. */
  readonly sliced: number
}

const BOUNDS: FacetBounds = { grouped: 1_000_000, takenOut: 600_000, sliced: 150_000 }
const SLICES = 3
/** Values that are counted over everything, per value that is asked for. */
const CANDIDATES = 3

export async function countFacets(database: HistoryDatabase, request: FacetRequest, bounds = BOUNDS): Promise<Facets> {
  const { query, columns, limit } = request
  if (columns.length === 0) return {}
  const extent = await extentOf(database, query.range)
  const slices = slicesOf(query, extent, bounds.sliced)
  const known = extent.events <= bounds.sliced || takesAll(query)
  const matching = known ? extent.events : await estimate(database, slices, extent.events / bounds.sliced)
  if (matching <= bounds.takenOut && looksIntoTexts(query.filter)) return countTogether(database, request, [querySql(query)])
  const few = columns.filter((column) => !MANY_VALUED.has(column))
  const many = columns.filter((column) => MANY_VALUED.has(column))
  const candidates =
    matching <= bounds.grouped ? undefined : await countTogether(database, { query, columns: many, limit: limit * CANDIDATES }, slices)
  // One after another: each takes all processors, side by side they only get into each other's way.
  let facets = await countGroups(database, { query, columns: few, limit })
  for (const column of many)
    facets = { ...facets, ...(await countOne(database, { query, columns: [column], limit }, candidates?.[column])) }
  return facets
}

function takesAll({ filter, hostnames, kinds, processKey }: HistoryQuery): boolean {
  return filter.op === 'true' && hostnames === undefined && kinds === undefined && processKey === undefined
}

async function estimate(database: HistoryDatabase, slices: readonly SqlPart[], times: number): Promise<number> {
  const { sql, values } = rowsOf('1', slices)
  const [[found] = []] = await database.query(`SELECT count(*) FROM (${sql})`, values)
  return Number(found) * times
}

/** Each part by itself: only so blocks of other times are left out. */
function rowsOf(selected: string, parts: readonly SqlPart[]): SqlPart {
  const rows = parts.map(({ sql }) => `SELECT ${selected} FROM events WHERE ${sql}`)
  return { sql: rows.join(' UNION ALL '), values: parts.flatMap(({ values }) => values) }
}

function looksIntoTexts(filter: HistoryFilter): boolean {
  if (filter.op === 'and' || filter.op === 'or') return filter.parts.some(looksIntoTexts)
  return filter.op === 'not' ? looksIntoTexts(filter.part) : filter.op === 'text'
}

/** Every column by itself, over rows that are taken out once. Values come as texts: columns of one result have one type. */
async function countTogether(database: HistoryDatabase, { columns, limit }: FacetRequest, parts: readonly SqlPart[]): Promise<Facets> {
  if (columns.length === 0) return {}
  const { sql, values } = rowsOf(columns.map(quoted).join(', '), parts)
  const counts = columns.map((column, index) => {
    const grouped = `SELECT ${quoted(column)} AS value, count(*) AS n FROM matching GROUP BY value ORDER BY n DESC, value LIMIT ${Math.trunc(limit)}`
    return `(SELECT ${index} AS place, CAST(value AS VARCHAR) AS value, n FROM (${grouped}))`
  })
  const rows = await database.query(`WITH matching AS MATERIALIZED (${sql}) ${counts.join(' UNION ALL ')}`, values)
  return facetsOf(columns, (column) =>
    rows
      .filter(([place]) => columns[Number(place)] === column)
      .map(([, value, n]) => ({ value: readText(column, value), count: Number(n) })),
  )
}

/** Groups of few values: all of them in one pass. */
async function countGroups(database: HistoryDatabase, { query, columns, limit }: FacetRequest): Promise<Facets> {
  if (columns.length === 0) return {}
  const { sql, values } = querySql(query)
  const names = columns.map(quoted)
  const sets = names.map((name) => `(${name})`).join(', ')
  const rows = await database.query(
    `SELECT GROUPING(${names.join(', ')}), count(*), ${names.join(', ')} FROM events WHERE ${sql} GROUP BY GROUPING SETS (${sets})`,
    values,
  )
  // In GROUPING the bit of the column that the row is about is 0, the last column being the lowest bit.
  const allBits = 2 ** columns.length - 1
  return facetsOf(columns, (_, index) => {
    const mine = allBits - 2 ** (columns.length - 1 - index)
    const of = rows.filter(([grouping]) => Number(grouping) === mine)
    return mostFrequent(
      of.map(([, n, ...cells]) => ({ value: cellValue(cells[index] as Cell), count: Number(n) })),
      limit,
    )
  })
}

/** All values, or the candidates alone. */
async function countOne(database: HistoryDatabase, request: FacetRequest, candidates: readonly FacetValue[] | undefined): Promise<Facets> {
  const { query, columns, limit } = request
  const [column] = columns
  if (column === undefined) return {}
  const { sql, values } = querySql(candidates === undefined ? query : { ...query, filter: oneOf(query.filter, column, candidates) })
  const rows = await database.query(
    `SELECT ${quoted(column)} AS value, count(*) AS n FROM events WHERE ${sql} GROUP BY value ORDER BY n DESC, value LIMIT ${Math.trunc(limit)}`,
    values,
  )
  return { [column]: rows.map(([value, n]) => ({ value: cellValue(value as Cell), count: Number(n) })) }
}

function oneOf(filter: HistoryFilter, column: HistoryColumn, candidates: readonly FacetValue[]): HistoryFilter {
  const values = candidates.flatMap(({ value }) => (value === null ? [] : [value]))
  return { op: 'and', parts: [filter, { op: 'in', column, values }] }
}

/** The query, in slices of its time that lie evenly. */
function slicesOf(query: HistoryQuery, { from, to, events }: Extent, sliced: number): SqlPart[] {
  const { sql, values } = querySql(query)
  const whole = to - from
  const width = (whole * BigInt(sliced)) / BigInt(SLICES * Math.max(events, 1)) + 1n
  return Array.from({ length: SLICES }, (_, index) => {
    const start = from + (whole * BigInt(2 * index + 1)) / BigInt(2 * SLICES) - width / 2n
    return { sql: `${sql} AND time_ns >= ? AND time_ns < ?`, values: [...values, start, start + width] }
  })
}

function facetsOf(columns: readonly HistoryColumn[], values: (column: HistoryColumn, index: number) => readonly FacetValue[]): Facets {
  return Object.fromEntries(columns.map((column, index) => [column, values(column, index)]))
}

function mostFrequent(counted: readonly FacetValue[], limit: number): FacetValue[] {
  return counted.toSorted((a, b) => b.count - a.count || inOrder(a.value, b.value)).slice(0, limit)
}

/** As the engine sorts: what is missing comes last. */
function inOrder(a: FacetValue['value'], b: FacetValue['value']): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** A cell that was cast to text. */
function readText(column: HistoryColumn, cell: Cell | undefined): FacetValue['value'] {
  if (typeof cell !== 'string') return null
  if (HISTORY_COLUMNS[column] === 'number') return Number(cell)
  return HISTORY_COLUMNS[column] === 'boolean' ? cell === 'true' : cellValue(cell)
}
