/** Filters over history as SQL. Values are parameters; what is missing compares as false, and its `not` as true. */
import { HISTORY_COLUMNS, type HistoryColumn } from '../../findings/history-event.ts'
import type { HistoryFilter } from '../../findings/history-filter.ts'
import { storedText } from '../stored-text.ts'
import { type Cell, quoted } from './columns.ts'

export interface SqlPart {
  readonly sql: string
  readonly values: readonly Cell[]
}

const TYPE_OF = { text: 'string', number: 'number', boolean: 'boolean' } as const
const FALSE: SqlPart = { sql: 'false', values: [] }

/**
 * For a WHERE, which takes NULL for false. Below a `not` that would be wrong: there the expression is made `certain`, never NULL. Elsewhere
 * it stays plain, so that the engine can leave out whole blocks by it.
 */
export function filterSql(filter: HistoryFilter, certain = false): SqlPart {
  switch (filter.op) {
    case 'true':
      return { sql: 'true', values: [] }
    case 'false':
      return FALSE
    case 'and':
    case 'or':
      return joined(
        filter.op,
        filter.parts.map((part) => filterSql(part, certain)),
      )
    case 'not': {
      const { sql, values } = filterSql(filter.part, true)
      return { sql: `(NOT ${sql})`, values }
    }
    case 'exists':
      return { sql: `(${quoted(filter.column)} IS NOT NULL)`, values: [] }
    case 'in':
      return made(certain, isIn(filter.column, filter.values))
    case 'compare':
      return made(certain, isCompared(filter))
    case 'text':
      return made(certain, textSql(filter))
    default:
      return filter satisfies never
  }
}

function made(certain: boolean, { sql, values }: SqlPart): SqlPart {
  return { sql: certain ? `coalesce(${sql}, false)` : `(${sql})`, values }
}

function joined(op: 'and' | 'or', parts: readonly SqlPart[]): SqlPart {
  if (parts.length === 0) return op === 'and' ? { sql: 'true', values: [] } : FALSE
  return { sql: `(${parts.map(({ sql }) => sql).join(op === 'and' ? ' AND ' : ' OR ')})`, values: parts.flatMap(({ values }) => values) }
}

/** Values of another type than the column's equal nothing. */
function isIn(column: HistoryColumn, values: readonly (string | number | boolean)[]): SqlPart {
  const fitting = values.filter((value) => typeof value === TYPE_OF[HISTORY_COLUMNS[column]])
  if (fitting.length === 0) return FALSE
  const cells = fitting.map((value) => (typeof value === 'string' ? storedText(value) : value))
  return { sql: `${quoted(column)} ${cells.length === 1 ? '= ?' : `IN (${cells.map(() => '?').join(', ')})`}`, values: cells }
}

function isCompared({ column, sign, value }: Extract<HistoryFilter, { op: 'compare' }>): SqlPart {
  return HISTORY_COLUMNS[column] === 'number' ? { sql: `${quoted(column)} ${sign} ?`, values: [value] } : FALSE
}

type TextFilter = Extract<HistoryFilter, { op: 'text' }>

/** Functions, not LIKE: nothing in the value means anything. `icontains` knows only the letters a to z. */
function textSql({ column, how, value }: TextFilter): SqlPart {
  if (HISTORY_COLUMNS[column] !== 'text') return FALSE
  const name = quoted(column)
  const stored = storedText(value)
  switch (how) {
    case 'startswith':
      return { sql: `starts_with(${name}, ?)`, values: [stored] }
    case 'endswith':
      return { sql: `ends_with(${name}, ?)`, values: [stored] }
    case 'contains':
      return { sql: `contains(${name}, ?)`, values: [stored] }
    case 'icontains':
      return { sql: `contains(${folded(name)}, ?)`, values: [foldedText(stored)] }
    default:
      return how satisfies never
  }
}

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

function folded(name: string): string {
  return `translate(${name}, '${UPPER}', '${UPPER.toLowerCase()}')`
}

function foldedText(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}
