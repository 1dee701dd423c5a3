/** Ways to come in with a password. Every try lands in the audit log; what failed says the same whatever was wrong. */
import { AppError } from '../../lib/app-error.ts'
import type { Lru } from '../../lib/lru.ts'
import type { AccessStore, User } from '../../store/access-store.ts'
import type { Audit } from './audit.ts'
import { type Client, neighbourOf } from './client.ts'
import type { LockOut } from './lock-out.ts'
import type { PasswordHashes } from './password-hash.ts'
import { refuseWeakPassword } from './password-policy.ts'
import type { Sessions } from './sessions.ts'
import { redeemSecret } from './set-up.ts'

export interface LoginParts {
  readonly store: AccessStore
  readonly hashes: PasswordHashes
  readonly sessions: Sessions
  readonly audit: Audit
  /** `byPlace`: of a name at an address where its password was right before, so that nobody can lock others out from elsewhere. */
  readonly locks: { readonly byName: LockOut; readonly byPlace: LockOut; readonly byAddress: LockOut }
  /** Where the password of a name was right, by `placeOf`. */
  readonly places: Lru<string, true>
  readonly nowNs: () => number
}

export interface Logins {
  /** Throws AppError LOGIN_FAILED, LOGIN_LOCKED, LOGIN_BUSY. */
  readonly withPassword: (name: string, password: string, client: Client) => Promise<User>
  /** By a link that is good once. Throws AppError SETUP_SECRET, PASSWORD_WEAK, STORE_NAME_TAKEN, LOGIN_LOCKED, LOGIN_BUSY. */
  readonly withSecret: (
    given: { readonly secret: string; readonly name: string; readonly password: string },
    client: Client,
  ) => Promise<User>
  /** Ends all sessions of the user but the given one. Throws AppError LOGIN_FAILED for a wrong current one, PASSWORD_WEAK, LOGIN_LOCKED. */
  readonly changePassword: (
    user: User,
    given: { readonly current: string; readonly next: string },
    by: { readonly client: Client; readonly tokenHash: string },
  ) => Promise<void>
  /** Of a new password of that user. Throws AppError PASSWORD_WEAK, LOGIN_BUSY. */
  readonly hashOfNew: (password: string, name: string) => Promise<string>
}

export function createLogins({ store, hashes, sessions, audit, locks, places, nowNs }: LoginParts): Logins {
  const { users } = store

  /** No address holds a blank. */
  const placeOf = (name: string, address: string): string => `${address} ${name}`

  function isPlaceOf(name: string, address: string): boolean {
    const user = users.byName(name)
    const isThere = user !== undefined && store.sessions.of(user.id).some((session) => neighbourOf(session.address) === address)
    return isThere || places.get(placeOf(name, address)) !== undefined
  }

  /** The lock that counts for a name there, and its key in it. */
  const lockOf = (name: string, address: string): readonly [LockOut, string] =>
    isPlaceOf(name, address) ? [locks.byPlace, placeOf(name, address)] : [locks.byName, name]

  function waitMs(name: string, client: Client): number {
    const address = neighbourOf(client.address)
    const [lock, key] = lockOf(name, address)
    return Math.max(lock.waitMs(key), locks.byAddress.waitMs(address))
  }

  /** Runs one try under the locks; `right` says whether it was one. */
  async function guarded(name: string, client: Client, attempt: () => Promise<boolean>): Promise<boolean> {
    const address = neighbourOf(client.address)
    const wait = waitMs(name, client)
    if (wait > 0) throw new AppError('LOGIN_LOCKED', { seconds: Math.ceil(wait / 1000) })
    const [lock, key] = lockOf(name, address)
    lock.count(key)
    locks.byAddress.count(address)
    const undo = (): void => {
      lock.undo(key)
      locks.byAddress.undo(address)
    }
    const right = await attempt().catch((error: unknown) => {
      undo()
      throw error
    })
    if (!right) return false
    lock.forget(key)
    locks.byAddress.undo(address)
    places.set(placeOf(name, address), true)
    return true
  }

  async function check(user: User | undefined, password: string): Promise<boolean> {
    const phc = user === undefined || user.disabled || user.origin !== 'local' ? undefined : users.passwordHash(user.id)
    const right = await hashes.matches(phc, password)
    if (right && user !== undefined && phc !== undefined && hashes.isOutdated(phc))
      users.setPasswordHash(user.id, await hashes.make(password))
    return right
  }

  async function withPassword(given: string, password: string, client: Client): Promise<User> {
    const name = given.toLowerCase()
    const user = users.byName(name)
    const right = await guarded(name, client, () => check(user, password))
    if (!right || user === undefined) {
      // Names that nobody has are not written down: people type their password there by mistake.
      const waitSeconds = Math.ceil(waitMs(name, client) / 1000)
      const detail = waitSeconds > 0 ? { lockedSeconds: waitSeconds } : {}
      audit.byUser(user, client, { action: 'session.login.failed', target: user?.name ?? 'a name that nobody has', detail })
      throw new AppError('LOGIN_FAILED')
    }
    return welcome(user, client, 'session.login')
  }

  function welcome(user: User, client: Client, action: string): User {
    const here = { ...user, lastLoginNs: nowNs() }
    users.put(here)
    audit.byUser(here, client, { action, target: here.name })
    return here
  }

  async function withSecret(
    given: { readonly secret: string; readonly name: string; readonly password: string },
    client: Client,
  ): Promise<User> {
    const name = given.name.toLowerCase()
    const passwordHash = await hashOfNew(given.password, name)
    let user: User | undefined
    await guarded(`setup ${client.address}`, client, async () => {
      user = redeem({ secret: given.secret, name, passwordHash }, client)
      return user !== undefined
    })
    if (user === undefined) throw new AppError('SETUP_SECRET')
    sessions.endAllOf(user.id)
    return welcome(user, client, 'session.setup')
  }

  /** Undefined for a wrong secret, which counts as a failed login. */
  function redeem(
    given: { readonly secret: string; readonly name: string; readonly passwordHash: string },
    client: Client,
  ): User | undefined {
    try {
      return redeemSecret(store, given, nowNs())
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'SETUP_SECRET') throw error
      audit.byUser(undefined, client, { action: 'session.setup.failed', target: 'a link that is not good (any more)' })
      return undefined
    }
  }

  async function changePassword(
    user: User,
    { current, next }: { readonly current: string; readonly next: string },
    { client, tokenHash }: { readonly client: Client; readonly tokenHash: string },
  ): Promise<void> {
    const right = await guarded(user.name, client, () => check(user, current))
    if (!right) throw new AppError('PASSWORD_WRONG')
    users.setPasswordHash(user.id, await hashOfNew(next, user.name))
    sessions.endAllOf(user.id, tokenHash)
  }

  async function hashOfNew(password: string, name: string): Promise<string> {
    refuseWeakPassword(password, name)
    return hashes.make(password)
  }

  return Object.freeze({ withPassword, withSecret, changePassword, hashOfNew })
}
