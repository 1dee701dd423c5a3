/**
 * Reads /proc/PID/cmdline and environ without ever waiting for them. The kernel copies them out of the memory of the process; if that
 * memory is backed by a file system or a fault handler of the process's own, the reader sleeps as long as the process likes. So it is
 * done on threads of the pool, a few at a time, and given up for good when too many do not come back.
 */
import { open } from 'node:fs/promises'
import { createQueue } from '../lib/queue.ts'
import { isFileError } from './bounded-read.ts'
import type { ArgumentFacts } from './host-reader.ts'
import { parseStat } from './proc-files.ts'

export interface ArgumentReader {
  readonly read: (pid: number, done: (facts: ArgumentFacts | undefined) => void) => void
  /** Readings that have not come back in time, and requests given up because of them. */
  readonly counters: () => { readonly stuck: number; readonly givenUp: number }
}

/** The bounds of the records: see imageFields. */
const MAX_ARGV = 16_384
const MAX_ENV = 8192
const MAX_STAT = 1024
/** Of the four threads that Node has. */
const MAX_RUNNING = 2
const STUCK_MS = 1000
/** As many as Linux can have processes. */
const MAX_WAITING = 1 << 22

interface Request {
  readonly pid: number
  readonly done: (facts: ArgumentFacts | undefined) => void
}

export function createArgumentReader(): ArgumentReader {
  const waiting = createQueue<Request>({ maxItems: MAX_WAITING, maxBytes: MAX_WAITING, sizeOf: () => 1 })
  let running = 0
  let stuck = 0
  let givenUp = 0

  function read(pid: number, done: Request['done']): void {
    if (waiting.push({ pid, done })) startMore()
    else done(undefined)
  }

  function startMore(): void {
    if (stuck >= MAX_RUNNING) {
      giveUp()
      return
    }
    while (running < MAX_RUNNING) {
      const request = waiting.shift()
      if (request === undefined) return
      void run(request)
    }
  }

  async function run({ pid, done }: Request): Promise<void> {
    running++
    const timer = setTimeout(() => {
      stuck++
      startMore()
    }, STUCK_MS)
    timer.unref()
    const facts = await argumentsOf(pid)
    clearTimeout(timer)
    running--
    done(facts)
    startMore()
  }

  function giveUp(): void {
    for (let request = waiting.shift(); request !== undefined; request = waiting.shift()) {
      givenUp++
      request.done(undefined)
    }
  }

  return Object.freeze({ read, counters: () => ({ stuck, givenUp: givenUp + waiting.dropped() }) })
}

/** The start comes last: if it is the process that was meant, the texts were its own. */
async function argumentsOf(pid: number): Promise<ArgumentFacts | undefined> {
  const cmdline = await readText(`/proc/${pid}/cmdline`, MAX_ARGV)
  const environ = await readText(`/proc/${pid}/environ`, MAX_ENV)
  const stat = parseStat((await readText(`/proc/${pid}/stat`, MAX_STAT)) ?? '')
  if (cmdline === undefined || stat === undefined) return undefined
  return { startTicks: stat.startTicks, cmdline, environ: environ ?? '' }
}

/** One byte per character. */
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
