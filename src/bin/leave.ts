/** The end of the process. */
import type { CommandContext } from '../cli/context.ts'
import { exitNow } from '../lib/exit-now.ts'

const FLUSH_MS = 3000

/** As in cli/exit-code.ts. */
const FAILED = 4

/**
 * Flushes what is left on standard output and exits, whatever handles are still open. A reader that went away (stdout.ts
 * has set the exit code then) has not lost what it did not want; anyone else is told.
 */
export async function leave(code: number, { stdout }: CommandContext): Promise<void> {
  await stdout.close(FLUSH_MS)
  const { dropped, failed } = stdout.stats()
  if (dropped === 0 || process.exitCode !== undefined) exitNow(Number(process.exitCode ?? code))
  process.stderr.write(`tarsier: ${failed ? 'error' : 'warning'}: ${dropped} lines could not be written to standard output\n`)
  exitNow(code === 0 && failed ? FAILED : code)
}
