/** What people did, for the audit log: bounded, and without secrets. */
import { createHash } from 'node:crypto'
import type { TSchema } from 'typebox'
import type { AccessStore, User } from '../../store/access-store.ts'
import type { Client } from './client.ts'
import type { Identity } from './identity.ts'

export interface AuditNote {
  readonly action: string
  readonly target: string
  readonly detail?: Readonly<Record<string, unknown>>
}

export interface Audit {
  /** Somebody who is known did something. */
  readonly byIdentity: (who: Identity, client: Client, note: AuditNote) => void
  /** Before a session: logins, set-up. No user: nobody that we know. */
  readonly byUser: (user: User | undefined, client: Client, note: AuditNote) => void
}

export function createAudit(store: AccessStore['audit'], nowNs: () => number): Audit {
  const append = (user: User | undefined, { address }: Client, { action, target, detail = {} }: AuditNote): void => {
    store.append({ timeNs: nowNs(), userId: user?.id, userName: user?.name ?? '', address, action, target: shortened(target), detail })
  }
  const byIdentity = ({ user, token }: Identity, client: Client, note: AuditNote): void =>
    append(user, client, token === undefined ? note : { ...note, detail: { ...note.detail, token: token.id } })
  return Object.freeze({ byIdentity, byUser: append })
}

const MOST_TEXT = 300
const MOST_ITEMS = 20

/** What a body says, by its schema: parts that are `writeOnly` are secrets and left out; of long texts stand the beginning and what names the whole. */
export function auditDetail(schema: TSchema | undefined, body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null) return {}
  const properties = (schema as { readonly properties?: Readonly<Record<string, { readonly writeOnly?: boolean }>> } | undefined)
    ?.properties
  const told = Object.entries(body).filter(([key]) => properties?.[key] !== undefined && properties[key].writeOnly !== true)
  return Object.fromEntries(told.map(([key, value]) => [key, shortValue(value)]))
}

function shortValue(value: unknown): unknown {
  if (typeof value === 'string') return shortened(value)
  if (Array.isArray(value)) return value.slice(0, MOST_ITEMS).map(shortValue)
  return typeof value === 'object' && value !== null ? shortened(JSON.stringify(value)) : value
}

/** Well-formed: an export must say exactly what was hashed. */
function shortened(text: string): string {
  if (text.length <= MOST_TEXT) return text.toWellFormed()
  const name = createHash('sha256').update(text).digest('hex')
  return `${text.slice(0, MOST_TEXT).toWellFormed()}… (${text.length} characters, sha256 ${name})`
}
