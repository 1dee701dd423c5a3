/**
 * The audit log as a chain: the hash of each entry covers the hash before, so that nobody can change, take out, or put in an entry without
 * all that follow telling of it. What the chain cannot tell is that its end was cut off; compare its last hash with one kept elsewhere.
 */
import { createHash } from 'node:crypto'
import type { AuditAnchor, AuditEntry, NewAuditEntry } from './access-store.ts'

/** What stands before the very first entry. */
export const FIRST_ANCHOR: AuditAnchor = Object.freeze({ number: 0, hash: '0'.repeat(64) })

export interface AuditVerdict {
  readonly ok: boolean
  /** How many were looked at: all up to the one that is wrong. */
  readonly entries: number
  /** Number of the first entry that is not what it was, or does not follow the one before. */
  readonly brokenAt: number | undefined
  /** Of the last entry that is right: to be kept elsewhere. */
  readonly hash: string
}

/** The entry that follows the anchor. */
export function chainedEntry(entry: NewAuditEntry, before: AuditAnchor): AuditEntry {
  const linked = { ...entry, number: before.number + 1, previousHash: before.hash }
  return { ...linked, hash: hashOf(linked) }
}

/** Looks at entries one after another. */
export interface ChainCheck {
  /** False: this one is wrong, and nothing after it can be trusted. */
  readonly take: (entry: AuditEntry) => boolean
  readonly verdict: () => AuditVerdict
}

export function createChainCheck(anchor: AuditAnchor): ChainCheck {
  let before = anchor
  let entries = 0
  let brokenAt: number | undefined

  function take(entry: AuditEntry): boolean {
    if (brokenAt !== undefined) return false
    entries++
    const follows = entry.number === before.number + 1 && entry.previousHash === before.hash
    if (!follows || hashOf(entry) !== entry.hash) brokenAt = follows ? entry.number : before.number + 1
    else before = { number: entry.number, hash: entry.hash }
    return brokenAt === undefined
  }

  return { take, verdict: () => ({ ok: brokenAt === undefined, entries, brokenAt, hash: before.hash }) }
}

/** Follows the chain from the anchor on, and stops at the first entry that is wrong. */
export function verifyAudit(entries: Iterable<AuditEntry>, anchor: AuditAnchor): AuditVerdict {
  const check = createChainCheck(anchor)
  for (const entry of entries) if (!check.take(entry)) break
  return check.verdict()
}

/** SHA-256 in hex over the entry without its hash, as canonical JSON. */
function hashOf(entry: Omit<AuditEntry, 'hash'>): string {
  const { number, timeNs, userId, userName, address, action, target, detail, previousHash } = entry
  const covered = { number, timeNs, userId: userId ?? null, userName, address, action, target, detail, previousHash }
  return createHash('sha256').update(canonicalJson(covered)).digest('hex')
}

/** Keys in the order of their code units, no white space; what JSON leaves out is left out. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (isRecord(part) ? sorted(part) : part))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Made anew from a list: in an object that JSON.stringify walks, the order of keys is that in which they were put. */
function sorted(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
}
