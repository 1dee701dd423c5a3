/** Who may come in, put together: sessions, tokens, logins, limits and the audit log over one store. */
import type { FastifyRequest } from 'fastify'
import { createLru } from '../../lib/lru.ts'
import type { AccessStore, User } from '../../store/access-store.ts'
import { createRateLimit, type Rate, type TakeTurn } from '../http/rate-limit.ts'
import { type Audit, createAudit } from './audit.ts'
import { createSessionCookies, type SessionCookies } from './cookies.ts'
import type { Identity } from './identity.ts'
import { createLockOut } from './lock-out.ts'
import { createLogins, type Logins } from './logins.ts'
import { createPasswordHashes } from './password-hash.ts'
import { lesserOf } from './roles.ts'
import { createSessions, type Sessions, type SessionTimes } from './sessions.ts'
import { hasAdmin } from './set-up.ts'
import { createTokens, type Tokens } from './tokens.ts'

export interface AccessLimits {
  /** By address, of those who have not shown who they are. */
  readonly anonymous: Rate
  /** Of each user. */
  readonly user: Rate
}

export interface AccessOptions {
  readonly store: AccessStore
  readonly isSecure: boolean
  readonly sessionTimes: SessionTimes
  readonly limits: AccessLimits
  readonly nowNs: () => number
  /** ms since the start: what no setting of the clock moves. */
  readonly uptimeMs: () => number
}

export interface Access {
  readonly store: AccessStore
  readonly sessions: Sessions
  readonly cookies: SessionCookies
  readonly tokens: Tokens
  readonly logins: Logins
  readonly audit: Audit
  /** Nobody is there yet who could let others in. */
  readonly needsSetUp: () => boolean
  /** By its token, or else by its cookie; undefined for nobody. A token that is not good is not made up for by a cookie. */
  readonly identify: (request: FastifyRequest) => Identity | undefined
  /** What the one who was identified is by now: undefined when the session, the token or the user is no more. */
  readonly renewed: (who: Identity) => Identity | undefined
  readonly takeTurn: { readonly anonymous: TakeTurn; readonly user: TakeTurn }
}

const LOCK_CAPACITY = 10_000
const BY_NAME = { freeTries: 5, firstWaitMs: 1000, longestWaitMs: 5 * 60_000 }
const BY_ADDRESS = { freeTries: 20, firstWaitMs: 1000, longestWaitMs: 15 * 60_000 }

export function createAccess({ store, isSecure, sessionTimes, limits, nowNs, uptimeMs }: AccessOptions): Access {
  const sessions = createSessions({ store: store.sessions, times: sessionTimes, nowNs })
  const cookies = createSessionCookies(isSecure, sessionTimes.longestMs)
  const tokens = createTokens(store.tokens, nowNs)
  const audit = createAudit(store.audit, nowNs)
  const lockOut = { capacity: LOCK_CAPACITY, uptimeMs }
  const locks = {
    byName: createLockOut({ ...BY_NAME, ...lockOut }),
    byPlace: createLockOut({ ...BY_NAME, ...lockOut }),
    byAddress: createLockOut({ ...BY_ADDRESS, ...lockOut }),
  }
  const places = createLru<string, true>(LOCK_CAPACITY)
  const logins = createLogins({ store, hashes: createPasswordHashes(), sessions, audit, locks, places, nowNs })

  const enabledUser = (id: string): User | undefined => {
    const user = store.users.get(id)
    return user?.disabled === false ? user : undefined
  }

  function byToken(secret: string): Identity | undefined {
    const token = tokens.find(secret)
    const user = token && enabledUser(token.userId)
    return user && token && { user, role: lesserOf(user.role, token.role), session: undefined, token }
  }

  function bySession(secret: string): Identity | undefined {
    const session = sessions.find(secret)
    const user = session && enabledUser(session.userId)
    return user && session && { user, role: user.role, session, token: undefined }
  }

  function identify(request: FastifyRequest): Identity | undefined {
    const { authorization } = request.headers
    if (authorization !== undefined) return byToken(/^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '')
    const secret = isFromElsewhere(request) ? undefined : cookies.read(request)
    return secret === undefined ? undefined : bySession(secret)
  }

  function renewed({ user, session, token }: Identity): Identity | undefined {
    const still = enabledUser(user.id)
    if (still === undefined) return undefined
    if (session !== undefined) return sessions.isAlive(session.tokenHash) ? { user: still, role: still.role, session, token } : undefined
    const kept = token && store.tokens.byHash(token.tokenHash)
    if (kept === undefined || nowNs() >= kept.expiresNs) return undefined
    return { user: still, role: lesserOf(still.role, kept.role), session, token: kept }
  }

  const takeTurn = { anonymous: createRateLimit(limits.anonymous, uptimeMs), user: createRateLimit(limits.user, uptimeMs) }
  return Object.freeze({
    store,
    sessions,
    cookies,
    tokens,
    logins,
    audit,
    needsSetUp: () => !hasAdmin(store.users),
    identify,
    renewed,
    takeTurn,
  })
}

/** Another page of the same site (another port of this host, say) made the browser ask: its cookie does not count. */
function isFromElsewhere({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site']
  return site !== undefined && site !== 'same-origin' && site !== 'none'
}
