/** The end of the process. */
import type { CommandContext } from '../cli/context.ts'

const FLUSH_MS = 3000

/** A reader that went away (stdout.ts has set the exit code then) has not lost what it did not want. Flushes what is left on standard output and exits, whatever handles are still open. */
export async function leave(code: number, { stdout }: CommandContext): Promise<void> {
  await stdout.close(FLUSH_MS)
  const { dropped } = stdout.stats()
  const readerGone = process.exitCode !== undefined
  if (dropped > 0 && !readerGone) process.stderr.write(`tarsier: warning: ${dropped} lines could not be written to standard output\n`)
  process.exit(process.exitCode ?? code)
}
