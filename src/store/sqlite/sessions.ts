/** Who has logged in and not out. */
import type { AccessStore, Session } from '../access-store.ts'
import { timeValue } from '../time-value.ts'
import type { Database } from './database.ts'

interface SessionRow {
  readonly token_hash: string
  readonly user_id: string
  readonly csrf_token: string
  readonly created: number
  readonly expires: number
  readonly last_seen: number
  readonly address: string
  readonly user_agent: string
}

const SELECT = `SELECT token_hash, user_id, csrf_token, CAST(created_ns AS REAL) AS created, CAST(expires_ns AS REAL) AS expires,
  CAST(last_seen_ns AS REAL) AS last_seen, address, user_agent FROM sessions`

export function createSessions(database: Database): AccessStore['sessions'] {
  const find = database.prepare<SessionRow>(`${SELECT} WHERE token_hash = ?`)
  const ofUser = database.prepare<SessionRow>(`${SELECT} WHERE user_id = ? ORDER BY created_ns DESC`)
  const put = database.prepare(
    `INSERT INTO sessions (token_hash, user_id, csrf_token, created_ns, expires_ns, last_seen_ns, address, user_agent) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET csrf_token = excluded.csrf_token, expires_ns = excluded.expires_ns, last_seen_ns = excluded.last_seen_ns,
       address = excluded.address, user_agent = excluded.user_agent`,
  )
  const remove = database.prepare('DELETE FROM sessions WHERE token_hash = ?')
  const removeOf = database.prepare('DELETE FROM sessions WHERE user_id = ?')
  const removeExpired = database.prepare('DELETE FROM sessions WHERE expires_ns <= ?')
  return {
    get: (tokenHash) => {
      const row = find.get(tokenHash)
      return row && sessionOf(row)
    },
    put: ({ tokenHash, userId, csrfToken, createdNs, expiresNs, lastSeenNs, address, userAgent }) => {
      const times = [createdNs, expiresNs, lastSeenNs].map(timeValue)
      put.run(tokenHash, userId, csrfToken, ...times, address, userAgent)
    },
    remove: (tokenHash) => void remove.run(tokenHash),
    removeOf: (userId) => void removeOf.run(userId),
    removeExpired: (nowNs) => void removeExpired.run(timeValue(nowNs)),
    of: (userId) => ofUser.all(userId).map(sessionOf),
  }
}

function sessionOf(row: SessionRow): Session {
  return {
    tokenHash: row.token_hash,
    userId: row.user_id,
    csrfToken: row.csrf_token,
    createdNs: row.created,
    expiresNs: row.expires,
    lastSeenNs: row.last_seen,
    address: row.address,
    userAgent: row.user_agent,
  }
}
