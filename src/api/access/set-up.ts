/** Links that are good once: for the first admin, and for somebody who has no password any more. */
import { randomUUID } from 'node:crypto'
import { AppError } from '../../lib/app-error.ts'
import type { AccessStore, User } from '../../store/access-store.ts'
import { hashOfSecret, looksLikeSecret, newSecret } from './secret.ts'

const VALID_NS = 24 * 3600e9
const SETUP = 'setup'
const resetOf = (userId: string): string => `reset:${userId}`

/** Somebody is there who can let others in. */
export const hasAdmin = (users: AccessStore['users']): boolean => users.list().some(({ role, disabled }) => role === 'admin' && !disabled)

/** A new secret for the first admin, in place of all before; undefined when there is an admin. */
export function renewSetUpSecret({ users, oneTime }: AccessStore, nowNs: number): string | undefined {
  oneTime.removeAll(SETUP)
  return hasAdmin(users) ? undefined : issue(oneTime, SETUP, nowNs)
}

/** A new secret by which this user may choose a password, in place of all before. */
export function issueResetSecret({ oneTime }: AccessStore, userId: string, nowNs: number): string {
  oneTime.removeAll(resetOf(userId))
  return issue(oneTime, resetOf(userId), nowNs)
}

function issue(oneTime: AccessStore['oneTime'], purpose: string, nowNs: number): string {
  const secret = newSecret()
  oneTime.put(hashOfSecret(secret), purpose, nowNs + VALID_NS)
  return secret
}

export interface SetUpRequest {
  readonly secret: string
  readonly name: string
  /** Has been found good. */
  readonly passwordHash: string
}

/**
 * Takes the secret and sets the password: of the user of that name if the link was made for them, else of a new admin.
 * Throws AppError SETUP_SECRET, STORE_NAME_TAKEN.
 */
export function redeemSecret({ users, oneTime }: AccessStore, { secret, name, passwordHash }: SetUpRequest, nowNs: number): User {
  const hash = hashOfSecret(secret)
  const known = users.byName(name)
  if (!looksLikeSecret(secret)) throw new AppError('SETUP_SECRET')
  if (known !== undefined && oneTime.take(hash, resetOf(known.id), nowNs)) return withPassword(users, known, passwordHash)
  if (hasAdmin(users)) throw new AppError('SETUP_SECRET')
  if (known !== undefined) throw new AppError('STORE_NAME_TAKEN', { what: 'user' })
  if (!oneTime.take(hash, SETUP, nowNs)) throw new AppError('SETUP_SECRET')
  const admin: User = {
    id: randomUUID(),
    name,
    displayName: name,
    role: 'admin',
    disabled: false,
    origin: 'local',
    subject: undefined,
    createdNs: nowNs,
    lastLoginNs: undefined,
  }
  return withPassword(users, admin, passwordHash)
}

/** Whoever made the link is root on this host: a user who was turned away by others may come in again. */
function withPassword(users: AccessStore['users'], user: User, passwordHash: string): User {
  const enabled = { ...user, disabled: false }
  users.put(enabled)
  users.setPasswordHash(user.id, passwordHash)
  return enabled
}
