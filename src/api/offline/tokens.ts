/** Tokens made by whoever is root on the host of a store. A server that runs takes them at once. */
import { userInfo } from 'node:os'
import { AppError } from '../../lib/app-error.ts'
import type { ApiToken, Role } from '../../store/access-store.ts'
import { mayAs } from '../access/roles.ts'
import { createTokens } from '../access/tokens.ts'
import { withAccess } from './with-access.ts'

export interface WantedToken {
  readonly name: string
  readonly role: Role
  /** Name of its user; undefined: the admin who was added first. */
  readonly user: string | undefined
  readonly days: number
}

/** Throws AppError TOKEN_NO_ADMIN, USER_UNKNOWN, TOKEN_ROLE, TOKENS_TOO_MANY. */
export function addToken(
  folder: string,
  { name, role, user: wanted, days }: WantedToken,
  nowNs: number,
): { readonly token: ApiToken; readonly secret: string } {
  return withAccess(folder, (access) => {
    const admins = access.users.list().filter((one) => one.role === 'admin' && !one.disabled)
    const user = wanted === undefined ? admins.toSorted((a, b) => a.createdNs - b.createdNs)[0] : access.users.byName(wanted)
    if (user === undefined) throw wanted === undefined ? new AppError('TOKEN_NO_ADMIN', {}) : new AppError('USER_UNKNOWN', { name: wanted })
    if (!mayAs(user.role, role)) throw new AppError('TOKEN_ROLE', { role: user.role })
    const made = createTokens(access.tokens, () => nowNs).make(user, { name, role, expiresDays: days })
    const who = { userId: undefined, userName: userInfo().username, address: 'this host' }
    access.audit.append({ timeNs: nowNs, ...who, action: 'token.add', target: name, detail: { role, user: user.name, days } })
    return made
  })
}
