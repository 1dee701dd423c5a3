/** What rules with `first_seen` know, in a file of the state folder: read at the start, written every minute and at the end, as a whole or not at all. */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { SavedState } from '../correlate/correlator.ts'
import type { Log } from '../lib/log.ts'
import { replaceFile } from '../lib/write-file.ts'

const FILE = 'first-seen.json'
const MAX_BYTES = 64 * 1024 * 1024

const TIME = z.number().int().nonnegative()
const SCHEMA = z.object({
  version: z.literal(1),
  rules: z.array(
    z.object({
      rule: z.string(),
      form: z.string(),
      keys: z.array(z.tuple([z.string(), TIME, TIME, z.array(z.tuple([z.string(), TIME]))])),
    }),
  ),
})

export interface RuleMemory {
  /** What was known at the start. */
  readonly saved: SavedState
  /** Writes what is known now; nothing where no rule has such knowledge. Says once when it cannot. */
  readonly write: (state: SavedState) => void
}

/** A file that is damaged is said and begun anew. */
export function openRuleMemory(folder: string, log: Pick<Log, 'warning'>): RuleMemory {
  const path = join(folder, FILE)
  let told = false

  function write(state: SavedState): void {
    if (state.size === 0) return
    const rules = [...state].map(([rule, { form, keys }]) => ({ rule, form, keys }))
    try {
      replaceFile(path, JSON.stringify({ version: 1, rules }), { mode: 0o600, folderMode: 0o700 })
      told = false
    } catch (error) {
      if (!told) log.warning('what first_seen rules have learned cannot be saved', { path, reason: (error as Error).message })
      told = true
    }
  }

  return Object.freeze({ saved: read(path, log), write })
}

function read(path: string, log: Pick<Log, 'warning'>): SavedState {
  try {
    const { size } = statSync(path)
    if (size > MAX_BYTES) throw new Error(`it is larger than ${MAX_BYTES} bytes`)
    const { rules } = SCHEMA.parse(JSON.parse(readFileSync(path, 'utf8')))
    return new Map(rules.map(({ rule, form, keys }) => [rule, { form, keys }]))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map()
    const reason = error instanceof z.ZodError ? 'its contents are not what was written' : (error as Error).message
    log.warning('what first_seen rules had learned cannot be read: they learn anew', { path, reason })
    return new Map()
  }
}
