/** Tokens made by whoever is root on the host of a store. A server that runs takes them at once. */
import { AppError } from '../../lib/app-error.ts'
import type { AccessStore, ApiToken, Role } from '../../store/access-store.ts'
import { mayAs } from '../access/roles.ts'
import { createTokens } from '../access/tokens.ts'
import { noteHere } from './note.ts'
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
    noteHere(access, { action: 'token.add', target: name, detail: { role, user: user.name, days }, nowNs })
    return made
  })
}

/** A token with the name of its user, and without the hash of its secret. */
export type ListedToken = Omit<ApiToken, 'tokenHash'> & { readonly user: string }

/** Those of everybody, the newest first. */
export function listTokens(folder: string): readonly ListedToken[] {
  return withAccess(folder, (access) => access.tokens.list(undefined).map((token) => listed(access, token)))
}

/** Its program is let in no more, at once. Throws AppError TOKEN_UNKNOWN. */
export function removeToken(folder: string, id: string, nowNs: number): ListedToken {
  return withAccess(folder, (access) => {
    const found = access.tokens.list(undefined).find((token) => token.id === id)
    if (found === undefined) throw new AppError('TOKEN_UNKNOWN', { id })
    const token = listed(access, found)
    access.tokens.remove(id)
    noteHere(access, { action: 'token.remove', target: id, detail: { name: token.name, user: token.user }, nowNs })
    return token
  })
}

const listed = ({ users }: AccessStore, { tokenHash: _, ...token }: ApiToken): ListedToken => ({
  ...token,
  user: users.get(token.userId)?.name ?? token.userId,
})
