/** What records of processes say, for the events that name them. */
import type { ProcessRecord } from '../../findings/process-record.ts'
import type { Database } from './database.ts'

/** Fields of those records of the host that there are. */
export function createProcessFieldFinder(database: Database) {
  const find = database.prepare<{ id: string; document: string }>(
    'SELECT id, document FROM process_states WHERE hostname = ? AND id IN (SELECT value FROM json_each(?))',
  )
  return (hostname: string, ids: readonly string[]): ReadonlyMap<string, ProcessRecord['fields']> =>
    new Map(find.all(hostname, JSON.stringify(ids)).map(({ id, document }) => [id, (JSON.parse(document) as ProcessRecord).fields]))
}
