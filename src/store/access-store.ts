/** Who may come in, and what they did. Secrets are kept as hashes only. */
import type { Page, PageRequest } from './page.ts'

/** Each may what those before it may. */
export const ROLES = ['viewer', 'analyst', 'responder', 'admin'] as const
export type Role = (typeof ROLES)[number]

export interface User {
  readonly id: string
  /** Unique, in lower case. */
  readonly name: string
  readonly displayName: string
  readonly role: Role
  readonly disabled: boolean
  /** `local`, or the issuer of an OpenID provider. */
  readonly origin: string
  /** `sub` there; undefined for local users. */
  readonly subject: string | undefined
  readonly createdNs: number
  readonly lastLoginNs: number | undefined
}

export interface Session {
  /** SHA-256 of what the cookie holds, in hex. */
  readonly tokenHash: string
  readonly userId: string
  readonly csrfToken: string
  readonly createdNs: number
  readonly expiresNs: number
  readonly lastSeenNs: number
  readonly address: string
  readonly userAgent: string
}

export interface ApiToken {
  readonly id: string
  readonly userId: string
  readonly name: string
  /** The most it may do; never more than its user. */
  readonly role: Role
  readonly tokenHash: string
  readonly createdNs: number
  readonly expiresNs: number
  readonly lastUsedNs: number | undefined
}

/** One line of the audit log; `hash` covers it and the hash before. */
export interface AuditEntry {
  /** From 1, without a gap. */
  readonly number: number
  readonly timeNs: number
  /** Undefined for what the server did of itself. */
  readonly userId: string | undefined
  readonly userName: string
  readonly address: string
  /** `rule.exception.add`, `session.login.failed`… */
  readonly action: string
  readonly target: string
  readonly detail: Readonly<Record<string, unknown>>
  readonly previousHash: string
  readonly hash: string
}

/** Where the chain begins: the last entry that is no longer kept; number 0 when none was thrown away. */
export interface AuditAnchor {
  readonly number: number
  readonly hash: string
}

export type NewAuditEntry = Omit<AuditEntry, 'number' | 'previousHash' | 'hash'>

export interface AccessStore {
  readonly users: {
    readonly list: () => readonly User[]
    readonly get: (id: string) => User | undefined
    readonly byName: (name: string) => User | undefined
    readonly bySubject: (origin: string, subject: string) => User | undefined
    /** Adds it or changes it. */
    readonly put: (user: User) => void
    readonly remove: (id: string) => boolean
    /** PHC string (`$argon2id$…`); undefined for users without a password. */
    readonly passwordHash: (id: string) => string | undefined
    readonly setPasswordHash: (id: string, hash: string | undefined) => void
  }
  readonly sessions: {
    readonly get: (tokenHash: string) => Session | undefined
    readonly put: (session: Session) => void
    readonly remove: (tokenHash: string) => void
    readonly removeOf: (userId: string) => void
    readonly removeExpired: (nowNs: number) => void
    readonly of: (userId: string) => readonly Session[]
  }
  readonly tokens: {
    readonly list: (userId: string | undefined) => readonly ApiToken[]
    readonly byHash: (tokenHash: string) => ApiToken | undefined
    readonly put: (token: ApiToken) => void
    readonly remove: (id: string) => boolean
  }
  readonly audit: {
    readonly append: (entry: NewAuditEntry) => AuditEntry
    /** Newest first. */
    readonly list: (query: { readonly userId?: string; readonly action?: string }, page: PageRequest) => Page<AuditEntry>
    /** From the first on, for verification and export. */
    readonly all: () => Iterable<AuditEntry>
    readonly anchor: () => AuditAnchor
  }
  /** Single-use secrets with an end: the set-up link. By the hash of the secret. */
  readonly oneTime: {
    readonly put: (hash: string, purpose: string, expiresNs: number) => void
    /** True once. */
    readonly take: (hash: string, purpose: string, nowNs: number) => boolean
    readonly removeAll: (purpose: string) => void
  }
}
