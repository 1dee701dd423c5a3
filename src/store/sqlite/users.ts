/** People who may come in. */
import { AppError } from '../../lib/app-error.ts'
import type { AccessStore, Role, User } from '../access-store.ts'
import { timeValue } from '../time-value.ts'
import type { Database } from './database.ts'

interface UserRow {
  readonly id: string
  readonly name: string
  readonly display_name: string
  readonly role: string
  readonly disabled: number
  readonly origin: string
  readonly subject: string | null
  readonly created: number
  readonly last_login: number | null
}

const SELECT = `SELECT id, name, display_name, role, disabled, origin, subject, CAST(created_ns AS REAL) AS created,
  CAST(last_login_ns AS REAL) AS last_login FROM users`

export function createUsers(database: Database): AccessStore['users'] {
  const all = database.prepare<UserRow>(`${SELECT} ORDER BY name`)
  const byId = database.prepare<UserRow>(`${SELECT} WHERE id = ?`)
  const byName = database.prepare<UserRow>(`${SELECT} WHERE name = ?`)
  const bySubject = database.prepare<UserRow>(`${SELECT} WHERE origin = ? AND subject = ?`)
  const password = database.prepare<{ password_hash: string | null }>('SELECT password_hash FROM users WHERE id = ?')
  const setPassword = database.prepare('UPDATE users SET password_hash = ? WHERE id = ?')
  const remove = database.prepare('DELETE FROM users WHERE id = ?')
  return {
    list: () => all.all().map(userOf),
    get: (id) => optional(byId.get(id)),
    byName: (name) => optional(byName.get(name)),
    bySubject: (origin, subject) => optional(bySubject.get(origin, subject)),
    put: (user) => database.write(() => put(database, user)),
    remove: (id) => remove.run(id) > 0,
    passwordHash: (id) => password.get(id)?.password_hash ?? undefined,
    setPasswordHash: (id, hash) => void setPassword.run(hash ?? null, id),
  }
}

/** Throws AppError STORE_NAME_TAKEN when another user has the name, or the subject. */
function put(database: Database, user: User): void {
  const { id, name, displayName, role, disabled, origin, subject, createdNs, lastLoginNs } = user
  const others = database.prepare<{ id: string }>('SELECT id FROM users WHERE id <> ? AND (name = ? OR (origin = ? AND subject = ?))')
  if (others.get(id, name, origin, subject ?? null) !== undefined) throw new AppError('STORE_NAME_TAKEN', { what: 'user' })
  database
    .prepare(
      `INSERT INTO users (id, name, display_name, role, disabled, origin, subject, created_ns, last_login_ns) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, display_name = excluded.display_name, role = excluded.role, disabled = excluded.disabled,
         origin = excluded.origin, subject = excluded.subject, created_ns = excluded.created_ns, last_login_ns = excluded.last_login_ns`,
    )
    .run(id, name, displayName, role, disabled ? 1 : 0, origin, subject ?? null, timeValue(createdNs), optionalTime(lastLoginNs))
}

function optionalTime(ns: number | undefined): bigint | null {
  return ns === undefined ? null : timeValue(ns)
}

function optional(row: UserRow | undefined): User | undefined {
  return row && userOf(row)
}

function userOf(row: UserRow): User {
  return {
    id: row.id,
    name: row.name,
    displayName: row.display_name,
    role: row.role as Role,
    disabled: row.disabled === 1,
    origin: row.origin,
    subject: row.subject ?? undefined,
    createdNs: row.created,
    lastLoginNs: row.last_login ?? undefined,
  }
}
