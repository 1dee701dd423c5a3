/** What was proven, when and where: a file of JSON lines, one for each case of each rule, the last run of each. */
import { createHash } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { AppError } from '../lib/app-error.ts'
import { PROOF_RESULTS } from './proof.ts'

const LEDGER_ENTRY = z.object({
  rule: z.string(),
  case: z.string(),
  kind: z.enum(['attack', 'benign']),
  result: z.enum(PROOF_RESULTS),
  /** Why it is none of proven and silent. */
  reason: z.string().nullable(),
  /** The way past naive rules that the case takes. */
  evades: z.string().nullable(),
  /** From the event to the finding; of the first. */
  delayMs: z.number().nullable(),
  /** Other rules that found something, too. */
  alsoBy: z.array(z.string()),
  /** Changes with what the rule looks for and with the case's script. */
  hash: z.string(),
  techniques: z.array(z.string()),
  kernel: z.string(),
  distribution: z.string(),
  /** RFC 3339, UTC, to the second. */
  date: z.string(),
  version: z.string(),
})

export type LedgerEntry = z.infer<typeof LEDGER_ENTRY>

/** The entries of a file; none when there is no such file. Throws AppError FILE_UNREADABLE, LEDGER_INVALID. */
export function readLedger(path: string): readonly LedgerEntry[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new AppError('FILE_UNREADABLE', { path, reason: (cause as Error).message }, { cause })
  }
  return text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [entryOf(line, path, index + 1)]))
}

function entryOf(text: string, path: string, line: number): LedgerEntry {
  try {
    return LEDGER_ENTRY.parse(JSON.parse(text))
  } catch (cause) {
    throw new AppError('LEDGER_INVALID', { path, line }, { cause })
  }
}

/**
 * Puts the new entries in the place of those of the same cases. `isKnown` says which cases rules still have: the others go. Written at
 * once or not at all. Throws AppError FILE_UNWRITABLE.
 */
export function updateLedger(path: string, entries: readonly LedgerEntry[], isKnown: (entry: LedgerEntry) => boolean): void {
  const beside = `${path}.new`
  try {
    mkdirSync(dirname(path), { recursive: true })
    lock(beside)
  } catch (cause) {
    throw new AppError('FILE_UNWRITABLE', { path, reason: (cause as Error).message }, { cause })
  }
  try {
    const byCase = new Map([...readLedger(path).filter(isKnown), ...entries].map((entry) => [keyOf(entry), entry]))
    const sorted = [...byCase].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    writeFileSync(beside, sorted.map(([, entry]) => `${JSON.stringify(entry)}\n`).join(''))
    renameSync(beside, path)
  } catch (cause) {
    rmSync(beside, { force: true })
    if (cause instanceof AppError) throw cause
    throw new AppError('FILE_UNWRITABLE', { path, reason: (cause as Error).message }, { cause })
  }
}

const LOCK_TRIES = 250
const LOCK_PAUSE_MS = 20
/** Nobody takes that long to write: whoever made it was ended meanwhile. */
const STALE_MS = 3000

/** The new file is the lock: of two that end at the same time, one waits for the other. */
function lock(path: string): void {
  for (let tries = 1; ; tries++) {
    try {
      closeSync(openSync(path, 'wx'))
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || tries === LOCK_TRIES) throw error
    }
    const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs
    if (made !== undefined && Date.now() - made > STALE_MS) rmSync(path, { force: true })
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_PAUSE_MS)
  }
}

const keyOf = (entry: Pick<LedgerEntry, 'rule' | 'kind' | 'case'>): string => `${entry.rule}\0${entry.kind}\0${entry.case}`

/** Changes with what the rule looks for (`meaning`, with its macros put in) and with what the case does. */
export function hashOfCase(meaning: string, run: string, place: string): string {
  return createHash('sha256')
    .update(JSON.stringify([meaning, run, place]))
    .digest('hex')
    .slice(0, 16)
}
