/** Searches that people keep: their own, and those that others share. */
import type { SavedSearch, SearchStore } from '../state-store.ts'
import { timeValue } from '../time-value.ts'
import type { Database } from './database.ts'

interface SearchRow {
  readonly id: string
  readonly user_id: string
  readonly name: string
  readonly url: string
  readonly shared: number
  readonly created: number
}

export function createSearches(database: Database): SearchStore {
  const find = database.prepare<SearchRow>(
    `SELECT id, user_id, name, url, shared, CAST(created_ns AS REAL) AS created FROM searches
     WHERE user_id = ? OR shared = 1 ORDER BY name, created_ns, id`,
  )
  // What is another's stays as it is.
  const put = database.prepare(
    `INSERT INTO searches (id, user_id, name, url, shared, created_ns) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET name = excluded.name, url = excluded.url, shared = excluded.shared WHERE user_id = excluded.user_id`,
  )
  const remove = database.prepare('DELETE FROM searches WHERE id = ? AND user_id = ?')
  return {
    list: (userId) => find.all(userId).map(searchOf),
    save: ({ id, userId, name, url, shared, createdNs }) => void put.run(id, userId, name, url, shared ? 1 : 0, timeValue(createdNs)),
    remove: (id, userId) => remove.run(id, userId) > 0,
  }
}

function searchOf({ id, user_id, name, url, shared, created }: SearchRow): SavedSearch {
  return { id, userId: user_id, name, url, shared: shared === 1, createdNs: created }
}
