/**
 * Lines to a file, off the event loop, with rotation by size. A write that fails (full disk, I/O error) is retried from
 * where it stopped; meanwhile lines wait in a bounded queue, and what finds no room there is dropped and counted.
 */
import fs from 'node:fs'
import { constants, type FileHandle, open, rename, rm } from 'node:fs/promises'
import type { LineSink } from './line-sink.ts'
import { createQueue } from './queue.ts'

export interface FileSinkOptions {
  /** A path, or a descriptor that is open already (standard output sent to a file): that one is not rotated. */
  readonly target: string | number
  /** Rotates before the file would grow beyond; 0 never. */
  readonly maxBytes: number
  /** How many rotated files stay: `path.1` is the youngest. */
  readonly keep: number
  readonly maxQueuedBytes: number
  /** Wait before the next try after a failure. */
  readonly retryMs: number
  /** Called at each change between working and failing: with the error, or undefined when it works again. */
  readonly onChange: (error: NodeJS.ErrnoException | undefined) => void
}

export interface FileSink extends LineSink {
  /** Opens the path anew before the next write, after someone else moved the file away (SIGHUP). */
  readonly reopen: () => void
}

/** One write carries at most so much, unless a single line is longer. */
const MAX_CHUNK = 256 * 1024
/** How long a write that has begun may take after the time for closing is over. */
const LAST_WRITE_MS = 200

interface Chunk {
  readonly bytes: Buffer
  readonly lines: number
  /** Bytes that are in the file already. */
  done: number
}

export function createFileSink(options: FileSinkOptions): FileSink {
  const queue = createQueue<string>({ maxItems: 1_000_000, maxBytes: options.maxQueuedBytes, sizeOf: (line) => line.length * 2 })
  const file = createRotatingFile(options)
  const stats = { written: 0, dropped: 0 }
  let chunk: Chunk | undefined
  let failing = false
  let closing = false
  let running = false
  let waiting: (() => void)[] = []
  let pumping = Promise.resolve()
  const wake = createAlarm()

  function write(lines: string): void {
    if (closing || !queue.push(lines)) stats.dropped++
    else if (!running) pumping = pump()
  }

  async function pump(): Promise<void> {
    running = true
    for (chunk ??= takeChunk(); chunk; chunk = takeChunk()) {
      while (chunk.done < chunk.bytes.length) {
        if (await attempt(chunk)) continue
        if (closing) return
        await wake.after(options.retryMs)
      }
      stats.written += chunk.lines
      letWaitersGo()
    }
    running = false
  }

  function letWaitersGo(): void {
    const released = waiting
    waiting = []
    for (const release of released) release()
  }

  async function room(): Promise<void> {
    if (failing || queue.bytes() * 2 < options.maxQueuedBytes) return
    const { promise, resolve } = Promise.withResolvers<void>()
    waiting.push(resolve)
    await promise
  }

  async function attempt(one: Chunk): Promise<boolean> {
    try {
      await file.append(one)
      change(undefined)
      return true
    } catch (error) {
      change(error as NodeJS.ErrnoException)
      return false
    }
  }

  function change(error: NodeJS.ErrnoException | undefined): void {
    if (failing === (error !== undefined)) return
    failing = error !== undefined
    options.onChange(error)
    letWaitersGo() // who fails is not waited for
  }

  /** As many lines as fit into one write; undefined when none wait. */
  function takeChunk(): Chunk | undefined {
    const lines: string[] = []
    const limit = options.maxBytes > 0 ? Math.min(MAX_CHUNK, options.maxBytes) : MAX_CHUNK
    for (let size = 0, next = queue.peek(); next !== undefined; next = queue.peek()) {
      size += Buffer.byteLength(next)
      if (lines.length > 0 && size > limit) break
      lines.push(next)
      queue.shift()
    }
    return lines.length === 0 ? undefined : { bytes: Buffer.from(lines.join('')), lines: lines.length, done: 0 }
  }

  async function close(timeoutMs: number): Promise<void> {
    const deadline = createAlarm()
    const timer = setTimeout(stop, timeoutMs)
    if (failing) stop()
    await Promise.race([pumping, deadline.after(timeoutMs + LAST_WRITE_MS)])
    clearTimeout(timer)
    deadline.ring()
    stats.dropped += queue.length() + (chunk?.lines ?? 0)
    queue.drop()
    chunk = undefined
    closing = true
    await file.close()
  }

  function stop(): void {
    closing = true
    wake.ring()
  }

  return Object.freeze({
    write,
    room,
    close,
    reopen: file.reopen,
    stats: () => ({ ...stats, queuedBytes: queue.bytes(), failed: failing }),
  })
}

/** The file itself: opened late, appended to, rotated, reopened. */
function createRotatingFile({ target, maxBytes, keep }: FileSinkOptions) {
  let handle: FileHandle | undefined
  let size = 0
  let stale = false

  /** Writes what is missing of the chunk, or a part of it. Throws what the file system says. */
  async function append(chunk: Chunk): Promise<void> {
    if (typeof target === 'number') {
      chunk.done += await writeDescriptor(target, chunk.bytes.subarray(chunk.done))
      return
    }
    await makeReady(target, chunk)
    const { bytesWritten } = await (handle as FileHandle).write(chunk.bytes, chunk.done)
    chunk.done += bytesWritten
    size += bytesWritten
  }

  async function makeReady(path: string, chunk: Chunk): Promise<void> {
    if (stale) await leave(chunk)
    if (!handle) await enter(path)
    if (maxBytes > 0 && size > 0 && chunk.done === 0 && size + chunk.bytes.length > maxBytes) {
      await leave(chunk)
      await shiftFiles(path, keep)
      await enter(path)
    }
  }

  async function enter(path: string): Promise<void> {
    const opened = await open(path, APPEND, 0o600)
    const status = await opened.stat()
    if (!status.isFile() && !status.isCharacterDevice()) {
      await opened.close()
      throw Object.assign(new Error(`${path} is neither a file nor a device`), { code: 'EINVAL' })
    }
    handle = opened
    size = status.isFile() ? status.size : 0
    stale = false
  }

  /** A line that was cut begins anew in the next file. */
  async function leave(chunk: Chunk): Promise<void> {
    const old = handle
    handle = undefined
    chunk.done = chunk.done === 0 ? 0 : chunk.bytes.lastIndexOf(NEWLINE, chunk.done - 1) + 1
    await old?.close()
  }

  async function close(): Promise<void> {
    const old = handle
    handle = undefined
    await old?.close()
  }

  function reopen(): void {
    stale = true
  }

  return { append, close, reopen }
}

/** O_NONBLOCK: opening a FIFO without a reader fails instead of hanging. */
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK
const NEWLINE = 0x0a

/** `path` becomes `path.1`, that `path.2`…; the last goes. */
async function shiftFiles(path: string, keep: number): Promise<void> {
  if (keep <= 0) return rm(path, { force: true })
  for (let number = keep - 1; number >= 0; number--) {
    const from = number === 0 ? path : `${path}.${number}`
    await rename(from, `${path}.${number + 1}`).catch(ignoreAbsent)
  }
}

function ignoreAbsent(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

function writeDescriptor(descriptor: number, bytes: Buffer): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  fs.write(descriptor, bytes, (error, written) => (error ? reject(error) : resolve(written)))
  return promise
}

/** A sleep that can be cut short. */
function createAlarm() {
  let wakeUp: (() => void) | undefined
  const after = async (ms: number): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>()
    wakeUp = resolve
    const timer = setTimeout(resolve, ms)
    await promise
    clearTimeout(timer)
  }
  return { after, ring: () => wakeUp?.() }
}
