/** Counts over history: in all, by value, by step of time. */
import { statSync } from 'node:fs'
import type { HistoryQuery, HistoryStore } from '../history-store.ts'
import { refuseManySteps } from '../steps.ts'
import type { Cell } from './columns.ts'
import type { HistoryDatabase } from './database.ts'
import { countFacets } from './facets.ts'
import { querySql } from './query-sql.ts'

type Counter = Pick<HistoryStore, 'count' | 'facets' | 'histogram' | 'extent'>

export function createEventCounter(database: HistoryDatabase): Counter {
  const count = async (query: HistoryQuery): Promise<number> => {
    const { sql, values } = querySql(query)
    const [[n] = []] = await database.query(`SELECT count(*) FROM events WHERE ${sql}`, values)
    return Number(n)
  }

  const facets: Counter['facets'] = (query, columns, limit) => countFacets(database, { query, columns, limit })

  const histogram: Counter['histogram'] = async (query, stepNs) => {
    refuseManySteps(query.range, stepNs)
    const { sql, values } = querySql(query)
    const select = `SELECT time_ns // ? AS step, count(*) FROM events WHERE ${sql} GROUP BY step ORDER BY step`
    const rows = await database.query(select, [BigInt(Math.trunc(stepNs)), ...values])
    return rows.map(([step, n]) => ({ timeNs: Number(step) * stepNs, count: Number(n) }))
  }

  const extent: Counter['extent'] = async () => {
    const [[events, from, to] = []] = await database.query('SELECT count(*), min(time_ns), max(time_ns) FROM events')
    return { events: Number(events), bytes: await bytesOf(database), fromNs: timeOf(from), toNs: timeOf(to) }
  }

  return { count, facets, histogram, extent }
}

/** What is in use, the log of changes included: blocks that were freed are taken again before the file grows. */
export async function bytesOf(database: HistoryDatabase): Promise<number> {
  const [[blocks, size] = []] = await database.query('SELECT used_blocks, block_size FROM pragma_database_size()')
  return Number(blocks) * Number(size) + (statSync(`${database.path}.wal`, { throwIfNoEntry: false })?.size ?? 0)
}

function timeOf(cell: Cell | undefined): number | undefined {
  return cell === null || cell === undefined ? undefined : Number(cell)
}
