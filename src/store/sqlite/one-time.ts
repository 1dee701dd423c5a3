/** Secrets that are good for one use and for a while, by their hashes. */
import type { AccessStore } from '../access-store.ts'
import { timeValue } from '../time-value.ts'
import type { Database } from './database.ts'

export function createOneTime(database: Database): AccessStore['oneTime'] {
  const put = database.prepare(
    'INSERT INTO one_time (hash, purpose, expires_ns) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET expires_ns = excluded.expires_ns',
  )
  const removeOld = database.prepare('DELETE FROM one_time WHERE expires_ns <= ?')
  const take = database.prepare('DELETE FROM one_time WHERE hash = ? AND purpose = ?')
  const removeAll = database.prepare('DELETE FROM one_time WHERE purpose = ?')
  return {
    put: (hash, purpose, expiresNs) => void put.run(hash, purpose, timeValue(expiresNs)),
    take: (hash, purpose, nowNs) =>
      database.write(() => {
        removeOld.run(timeValue(nowNs))
        return take.run(hash, purpose) > 0
      }),
    removeAll: (purpose) => void removeAll.run(purpose),
  }
}
