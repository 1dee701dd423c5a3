/** Tokens by which programs come in: `tsr_` and 256 bits of chance. The store has their hashes. */
import { randomUUID } from 'node:crypto'
import { AppError } from '../../lib/app-error.ts'
import type { AccessStore, ApiToken, Role, User } from '../../store/access-store.ts'
import { hashOfSecret, looksLikeSecret, newSecret } from './secret.ts'

export interface NewToken {
  readonly name: string
  readonly role: Role
  readonly expiresDays: number
}

export interface Tokens {
  /** The secret is shown once and kept nowhere. Throws AppError TOKENS_TOO_MANY. */
  readonly make: (user: User, wanted: NewToken) => { readonly token: ApiToken; readonly secret: string }
  /** The token of a secret, if it still holds. */
  readonly find: (secret: string) => ApiToken | undefined
}

const TOKEN_PREFIX = 'tsr_'
const DAY_NS = 86_400e9
const TOUCH_NS = 60e9
const TOLERANCE_NS = 300e9
const MOST_OF_ONE_USER = 100

export function createTokens(store: AccessStore['tokens'], nowNs: () => number): Tokens {
  function make(user: User, { name, role, expiresDays }: NewToken): { readonly token: ApiToken; readonly secret: string } {
    if (store.list(user.id).length >= MOST_OF_ONE_USER) throw new AppError('TOKENS_TOO_MANY', { limit: MOST_OF_ONE_USER })
    const secret = `${TOKEN_PREFIX}${newSecret()}`
    const createdNs = nowNs()
    const token: ApiToken = {
      id: randomUUID(),
      userId: user.id,
      name,
      role,
      tokenHash: hashOfSecret(secret),
      createdNs,
      expiresNs: createdNs + expiresDays * DAY_NS,
      lastUsedNs: undefined,
    }
    store.put(token)
    return { token, secret }
  }

  function find(secret: string): ApiToken | undefined {
    if (!secret.startsWith(TOKEN_PREFIX) || !looksLikeSecret(secret.slice(TOKEN_PREFIX.length))) return undefined
    const token = store.byHash(hashOfSecret(secret))
    const now = nowNs()
    // One from the future was made while the clock was wrong: its end is wrong, too.
    if (token === undefined || now >= token.expiresNs || token.createdNs > now + TOLERANCE_NS) return undefined
    if (Math.abs(now - (token.lastUsedNs ?? 0)) > TOUCH_NS) store.put({ ...token, lastUsedNs: now })
    return token
  }

  return Object.freeze({ make, find })
}
