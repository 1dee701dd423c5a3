/** Conditions of a query, put together. Values are always parameters. */
import type { SqlValue } from './database.ts'

export interface Clause {
  readonly sql: string
  readonly values: readonly SqlValue[]
}

export function clause(sql: string, ...values: SqlValue[]): Clause {
  return { sql, values }
}

/** All that are there, joined by AND; `true` when none is. */
export function allOf(clauses: readonly (Clause | undefined)[]): Clause {
  const there = clauses.filter((one) => one !== undefined)
  if (there.length === 0) return { sql: 'true', values: [] }
  return { sql: there.map(({ sql }) => `(${sql})`).join(' AND '), values: there.flatMap(({ values }) => values) }
}

/** `column` is one of the list. The text of the statement does not depend on how long the list is. What is no Unicode is U+FFFD in columns. */
export function isOneOf(column: string, list: readonly string[] | undefined): Clause | undefined {
  if (list === undefined) return undefined
  return clause(`${column} IN (SELECT value FROM json_each(?))`, JSON.stringify(list.map((one) => one.toWellFormed())))
}

export function equals(column: string, value: SqlValue | undefined): Clause | undefined {
  return value === undefined ? undefined : clause(`${column} = ?`, value)
}
