/** The audit log of a store or of an export, for whoever is root on its host. */
import { z } from 'zod'
import { AppError } from '../../lib/app-error.ts'
import { readLines } from '../../lib/lines.ts'
import type { AuditEntry } from '../../store/access-store.ts'
import { type AuditVerdict, createChainCheck, verifyAudit } from '../../store/audit-chain.ts'
import { openAccess } from '../../store/open-access.ts'

export interface AuditChoice {
  /** Undefined: all. */
  readonly newest: number | undefined
  readonly user: string | undefined
  readonly action: string | undefined
}

const PAGE = 500

/** The oldest first. `user` is a name. */
export function* listAudit(folder: string, { newest, user, action }: AuditChoice): Generator<AuditEntry> {
  const { access, close } = openAccess(folder)
  try {
    const isWanted = (entry: AuditEntry): boolean =>
      (user === undefined || entry.userName === user) && (action === undefined || entry.action === action)
    if (newest === undefined) {
      for (const entry of access.audit.all()) if (isWanted(entry)) yield entry
      return
    }
    const found: AuditEntry[] = []
    for (let cursor: string | undefined; found.length < newest; ) {
      const page = access.audit.list(action === undefined ? {} : { action }, { limit: PAGE, cursor })
      found.push(...page.items.filter(isWanted))
      cursor = page.next
      if (cursor === undefined) break
    }
    yield* found.slice(0, newest).reverse()
  } finally {
    close()
  }
}

export function verifyAuditOfStore(folder: string): AuditVerdict {
  const { access, close } = openAccess(folder)
  try {
    return verifyAudit(access.audit.all(), access.audit.anchor())
  } finally {
    close()
  }
}

const LONGEST_LINE = 1024 * 1024
const entryForm = z.object({
  number: z.int().min(1),
  timeNs: z.number(),
  userId: z.string().optional(),
  userName: z.string(),
  address: z.string(),
  action: z.string(),
  target: z.string(),
  detail: z.record(z.string(), z.unknown()),
  previousHash: z.string(),
  hash: z.string(),
})

/** JSON lines, the oldest first. What came before its first line is taken as that line has it. Throws AppError AUDIT_EXPORT, FILE_UNREADABLE. */
export async function verifyAuditOfFile(path: string): Promise<AuditVerdict> {
  let check: ReturnType<typeof createChainCheck> | undefined
  for await (const { number, text } of readLines(path, LONGEST_LINE)) {
    if (text?.trim() === '') continue
    const entry = parseEntry(path, number, text)
    check ??= createChainCheck({ number: entry.number - 1, hash: entry.previousHash })
    if (!check.take(entry)) break
  }
  if (check === undefined) throw new AppError('AUDIT_EXPORT', { path, line: 1 })
  return check.verdict()
}

function parseEntry(path: string, line: number, text: string | undefined): AuditEntry {
  const parsed = entryForm.safeParse(jsonOf(text))
  if (!parsed.success) throw new AppError('AUDIT_EXPORT', { path, line })
  return { ...parsed.data, userId: parsed.data.userId }
}

/** Undefined for what is no JSON. */
function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
