/** One statement with its values, each bound as the type that its column has. */
import { BIGINT, BOOLEAN, DOUBLE, type DuckDBConnection, type DuckDBType, VARCHAR } from '@duckdb/node-api'
import type { Cell } from './columns.ts'

export async function runQuery(
  connection: DuckDBConnection,
  sql: string,
  values: readonly Cell[] = [],
): Promise<readonly (readonly Cell[])[]> {
  if (values.length === 0) return (await connection.runAndReadAll(sql)).getRows() as Cell[][]
  const reader = await connection.runAndReadAll(sql, [...values], values.map(typeOf))
  return reader.getRows() as Cell[][]
}

function typeOf(value: Cell): DuckDBType {
  switch (typeof value) {
    case 'string':
      return VARCHAR
    case 'number':
      return DOUBLE
    case 'bigint':
      return BIGINT
    default:
      return BOOLEAN
  }
}
