/** Logins that hold for a while: the browser has a secret in a cookie, the store its hash. */
import type { AccessStore, Session, User } from '../../store/access-store.ts'
import type { Client } from './client.ts'
import { hashOfSecret, looksLikeSecret, newSecret } from './secret.ts'

export interface SessionTimes {
  /** Without a request for so long it ends. */
  readonly idleMs: number
  /** It ends so long after the login, whatever happens. */
  readonly longestMs: number
}

export interface Sessions {
  /** A new one; the secret is for the cookie and kept nowhere. */
  readonly begin: (user: User, client: Client) => { readonly secret: string; readonly session: Session }
  /** The session of a cookie, if it still holds; being asked for keeps it from idling. */
  readonly find: (secret: string) => Session | undefined
  /** Whether it still holds; does not keep it from idling. */
  readonly isAlive: (tokenHash: string) => boolean
  readonly end: (tokenHash: string) => void
  /** Of one user, except perhaps the one that asks for it. */
  readonly endAllOf: (userId: string, except?: string) => void
  /** Called with the token hash of each session that is ended here. Returns how to stop. */
  readonly onEnd: (listener: (tokenHash: string) => void) => () => void
}

export interface SessionOptions {
  readonly store: AccessStore['sessions']
  readonly times: SessionTimes
  readonly nowNs: () => number
}

/** A store write per request would be one too many: idling is measured this coarsely. */
const TOUCH_NS = 60e9
/** A clock that was set back makes sessions from the future; by this much clocks may differ for no reason. */
const TOLERANCE_NS = 300e9
/** The oldest ones of a user give way. */
const MOST_OF_ONE_USER = 50

export function createSessions({ store, times, nowNs }: SessionOptions): Sessions {
  const listeners = new Set<(tokenHash: string) => void>()

  function begin(user: User, client: Client): { readonly secret: string; readonly session: Session } {
    const now = nowNs()
    store.removeExpired(now)
    for (const { tokenHash } of store.of(user.id).slice(MOST_OF_ONE_USER - 1)) end(tokenHash)
    const secret = newSecret()
    const session: Session = {
      tokenHash: hashOfSecret(secret),
      userId: user.id,
      csrfToken: newSecret(),
      createdNs: now,
      expiresNs: now + times.longestMs * 1e6,
      lastSeenNs: now,
      address: client.address,
      userAgent: client.userAgent,
    }
    store.put(session)
    return { secret, session }
  }

  function find(secret: string): Session | undefined {
    if (!looksLikeSecret(secret)) return undefined
    const session = store.get(hashOfSecret(secret))
    const now = nowNs()
    if (session === undefined || !holds(session, times, now)) return undefined
    if (Math.abs(now - session.lastSeenNs) > TOUCH_NS) store.put({ ...session, lastSeenNs: now })
    return session
  }

  function isAlive(tokenHash: string): boolean {
    const session = store.get(tokenHash)
    return session !== undefined && holds(session, times, nowNs())
  }

  function end(tokenHash: string): void {
    store.remove(tokenHash)
    for (const listener of listeners) listener(tokenHash)
  }

  function endAllOf(userId: string, except?: string): void {
    for (const { tokenHash } of store.of(userId)) if (tokenHash !== except) end(tokenHash)
  }

  function onEnd(listener: (tokenHash: string) => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  return Object.freeze({ begin, find, isAlive, end, endAllOf, onEnd })
}

/**
 * Ages are measured from the stored times, never taken from an end alone: a session begun while the clock ran years ahead does not hold
 * for years once it is right again, and one that was seen "later" than now idles from its beginning at the latest.
 */
function holds({ createdNs, expiresNs, lastSeenNs }: Session, { idleMs, longestMs }: SessionTimes, nowNs: number): boolean {
  if (createdNs > nowNs + TOLERANCE_NS) return false
  const seenNs = lastSeenNs > nowNs + TOLERANCE_NS ? createdNs : lastSeenNs
  return nowNs < expiresNs && nowNs - createdNs < longestMs * 1e6 && nowNs - seenNs < idleMs * 1e6
}
