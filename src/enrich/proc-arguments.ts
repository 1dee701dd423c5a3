/**
 * /proc/PID/cmdline and environ. The kernel copies them out of the memory of the process; if that is backed by a file system or a fault
 * handler of the process's own, the reader sleeps as long as the process likes: to be read by guarded jobs only.
 */
import { open } from 'node:fs/promises'
import { isFileError } from './bounded-read.ts'
import type { ArgumentFacts } from './host-reader.ts'
import { parseStat } from './proc-files.ts'

/** The bounds of the records: see imageFields. */
const MAX_ARGV = 16_384
const MAX_ENV = 8192
const MAX_STAT = 1024

/** The start comes last: if it is that of the process that was meant, the texts were its own. */
export async function readArguments(pid: number): Promise<ArgumentFacts | undefined> {
  const cmdline = await readText(`/proc/${pid}/cmdline`, MAX_ARGV)
  const environ = await readText(`/proc/${pid}/environ`, MAX_ENV)
  const stat = parseStat((await readText(`/proc/${pid}/stat`, MAX_STAT)) ?? '')
  if (cmdline === undefined || stat === undefined) return undefined
  return { startTicks: stat.startTicks, cmdline, environ: environ ?? '' }
}

/** One byte per character (latin1). */
async function readText(path: string, maxBytes: number): Promise<string | undefined> {
  try {
    await using file = await open(path, 'r')
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(maxBytes), 0, maxBytes, 0)
    return buffer.toString('latin1', 0, bytesRead)
  } catch (error) {
    if (isFileError(error)) return undefined
    throw error
  }
}
