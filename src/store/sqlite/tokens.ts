/** Tokens by which programs come in. */
import type { AccessStore, ApiToken, Role } from '../access-store.ts'
import { timeValue } from '../time-value.ts'
import type { Database } from './database.ts'

interface TokenRow {
  readonly id: string
  readonly user_id: string
  readonly name: string
  readonly role: string
  readonly token_hash: string
  readonly created: number
  readonly expires: number
  readonly last_used: number | null
}

const SELECT = `SELECT id, user_id, name, role, token_hash, CAST(created_ns AS REAL) AS created, CAST(expires_ns AS REAL) AS expires,
  CAST(last_used_ns AS REAL) AS last_used FROM api_tokens`

export function createTokens(database: Database): AccessStore['tokens'] {
  const all = database.prepare<TokenRow>(`${SELECT} ORDER BY created_ns DESC, id`)
  const ofUser = database.prepare<TokenRow>(`${SELECT} WHERE user_id = ? ORDER BY created_ns DESC, id`)
  const byHash = database.prepare<TokenRow>(`${SELECT} WHERE token_hash = ?`)
  const put = database.prepare(
    `INSERT INTO api_tokens (id, user_id, name, role, token_hash, created_ns, expires_ns, last_used_ns) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role, expires_ns = excluded.expires_ns, last_used_ns = excluded.last_used_ns`,
  )
  const remove = database.prepare('DELETE FROM api_tokens WHERE id = ?')
  return {
    list: (userId) => (userId === undefined ? all.all() : ofUser.all(userId)).map(tokenOf),
    byHash: (tokenHash) => {
      const row = byHash.get(tokenHash)
      return row && tokenOf(row)
    },
    put: ({ id, userId, name, role, tokenHash, createdNs, expiresNs, lastUsedNs }) => {
      const lastUsed = lastUsedNs === undefined ? null : timeValue(lastUsedNs)
      put.run(id, userId, name, role, tokenHash, timeValue(createdNs), timeValue(expiresNs), lastUsed)
    },
    remove: (id) => remove.run(id) > 0,
  }
}

function tokenOf(row: TokenRow): ApiToken {
  return {
    id: row.id,
    userId: row.user_id,
    name: row.name,
    role: row.role as Role,
    tokenHash: row.token_hash,
    createdNs: row.created,
    expiresNs: row.expires,
    lastUsedNs: row.last_used ?? undefined,
  }
}
