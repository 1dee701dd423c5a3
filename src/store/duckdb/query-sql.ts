/** A query over history as a condition on the table of events. */
import type { HistoryQuery } from '../history-store.ts'
import { storedText } from '../stored-text.ts'
import { timeValue } from '../time-value.ts'
import { type Cell, quoted } from './columns.ts'
import { filterSql, type SqlPart } from './filter-sql.ts'

export function querySql({ range, filter, hostnames, kinds, processKey }: HistoryQuery): SqlPart {
  const parts = [
    { sql: 'time_ns >= ? AND time_ns < ?', values: [timeValue(range.fromNs), timeValue(range.toNs)] },
    hostnames && isOneOf('hostname', hostnames),
    kinds && isOneOf('kind', kinds),
    processKey === undefined ? undefined : isOneOf('process_key', [processKey]),
    filterSql(filter),
  ].filter((part) => part !== undefined)
  return { sql: parts.map(({ sql }) => `(${sql})`).join(' AND '), values: parts.flatMap(({ values }): readonly Cell[] => values) }
}

function isOneOf(column: string, list: readonly string[]): SqlPart {
  if (list.length === 0) return { sql: 'false', values: [] }
  return { sql: `${quoted(column)} IN (${list.map(() => '?').join(', ')})`, values: list.map(storedText) }
}
