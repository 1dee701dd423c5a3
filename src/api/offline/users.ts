/** People of a store, for whoever is root on its host. A server that runs sees each change at once. */
import { randomUUID } from 'node:crypto'
import { AppError } from '../../lib/app-error.ts'
import type { AccessStore, Role, User } from '../../store/access-store.ts'
import { refuseWithoutAdmin } from '../access/last-admin.ts'
import { issueResetSecret } from '../access/set-up.ts'
import { noteHere, type Told } from './note.ts'
import { withAccess } from './with-access.ts'

export interface Invitation {
  readonly user: User
  /** For the set-up page of the console: good once and for a day. */
  readonly secret: string
}

export function listUsers(folder: string): readonly User[] {
  return withAccess(folder, ({ users }) => users.list())
}

/** Adds somebody who chooses a password by the link. Throws AppError STORE_NAME_TAKEN. */
export function addUser(folder: string, { name, role }: { readonly name: string; readonly role: Role }, nowNs: number): Invitation {
  return withAccess(folder, (access) => {
    const user: User = {
      id: randomUUID(),
      name,
      displayName: name,
      role,
      disabled: false,
      origin: 'local',
      subject: undefined,
      createdNs: nowNs,
      lastLoginNs: undefined,
    }
    access.users.put(user)
    return invite(access, user, { action: 'user.add', detail: { role }, nowNs })
  })
}

/** A link by which they choose a new password; who was disabled comes in again by it. Throws AppError USER_UNKNOWN, USER_NOT_LOCAL. */
export function resetUser(folder: string, name: string, nowNs: number): Invitation {
  return withAccess(folder, (access) => {
    const user = userNamed(access, name)
    if (user.origin !== 'local') throw new AppError('USER_NOT_LOCAL', { name, origin: user.origin })
    return invite(access, user, { action: 'user.reset', detail: {}, nowNs })
  })
}

/** Who is disabled is logged out everywhere. Throws AppError USER_UNKNOWN, USER_LAST_ADMIN. */
export function changeUser(folder: string, name: string, change: Partial<Pick<User, 'role' | 'disabled'>>, nowNs: number): User {
  return withAccess(folder, (access) => {
    const user = userNamed(access, name)
    const changed: User = { ...user, ...change }
    if (changed.disabled || changed.role !== 'admin') refuseWithoutAdmin(access, user)
    access.users.put(changed)
    if (changed.disabled) access.sessions.removeOf(user.id)
    noteHere(access, { action: 'user.change', target: name, detail: change, nowNs })
    return changed
  })
}

/** With sessions and tokens; what they did stays in the audit log. Throws AppError USER_UNKNOWN, USER_LAST_ADMIN. */
export function removeUser(folder: string, name: string, nowNs: number): User {
  return withAccess(folder, (access) => {
    const user = userNamed(access, name)
    refuseWithoutAdmin(access, user)
    access.sessions.removeOf(user.id)
    for (const token of access.tokens.list(user.id)) access.tokens.remove(token.id)
    access.users.remove(user.id)
    noteHere(access, { action: 'user.remove', target: name, detail: {}, nowNs })
    return user
  })
}

function userNamed({ users }: AccessStore, name: string): User {
  const user = users.byName(name)
  if (user === undefined) throw new AppError('USER_UNKNOWN', { name })
  return user
}

type Invited = Omit<Told, 'target'>

function invite(access: AccessStore, user: User, told: Invited): Invitation {
  const secret = issueResetSecret(access, user.id, told.nowNs)
  noteHere(access, { ...told, target: user.name })
  return { user, secret }
}
