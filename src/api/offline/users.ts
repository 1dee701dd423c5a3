/** People of a store, for whoever is root on its host. A server that runs sees each change at once. */
import { randomUUID } from 'node:crypto'
import { userInfo } from 'node:os'
import { AppError } from '../../lib/app-error.ts'
import type { AccessStore, Role, User } from '../../store/access-store.ts'
import { issueResetSecret } from '../access/set-up.ts'
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
    const user = access.users.byName(name)
    if (user === undefined) throw new AppError('USER_UNKNOWN', { name })
    if (user.origin !== 'local') throw new AppError('USER_NOT_LOCAL', { name, origin: user.origin })
    return invite(access, user, { action: 'user.reset', detail: {}, nowNs })
  })
}

interface Told {
  readonly action: string
  readonly detail: Readonly<Record<string, unknown>>
  readonly nowNs: number
}

function invite(access: AccessStore, user: User, { action, detail, nowNs }: Told): Invitation {
  const secret = issueResetSecret(access, user.id, nowNs)
  access.audit.append({
    timeNs: nowNs,
    userId: undefined,
    userName: userInfo().username,
    address: 'this host',
    action,
    target: user.name,
    detail,
  })
  return { user, secret }
}
