/** Where lines go: never blocks, never throws, holds a bounded amount, and counts what it had to drop. */
import type { Writable } from 'node:stream'

export interface LineSink {
  /** Takes one or more lines, each with its newline. What finds no room is dropped and counted. */
  readonly write: (lines: string) => void
  readonly stats: () => LineSinkStats
  /** Resolves when there is room again, for those who can wait: a replay, new rules; not the events of a live run. */
  readonly room: () => Promise<void>
  /** Writes what is left, for at most `timeoutMs`; what is left then counts as dropped. */
  readonly close: (timeoutMs: number) => Promise<void>
}

export interface LineSinkStats {
  /** Calls of `write` that were taken. */
  readonly written: number
  /** Calls of `write` whose lines never came out. */
  readonly dropped: number
  readonly queuedBytes: number
  /** It cannot write at all at the moment, or no more; not: its reader is slow. */
  readonly failed: boolean
}

export interface StreamSinkOptions {
  /** The most bytes that wait for a slow reader. */
  readonly maxQueuedBytes: number
  /** Called once when the reader is gone (EPIPE) or the stream failed; later writes are dropped and counted. */
  readonly onGone: (error: NodeJS.ErrnoException) => void
}

/** Lines to a stream such as standard output. A pipe's reader that stalls costs dropped lines, not a stalled agent. */
export function createStreamSink(stream: Writable, { maxQueuedBytes, onGone }: StreamSinkOptions): LineSink {
  const stats = { written: 0, dropped: 0 }
  let ended = 0
  let gone = false
  let failed = false
  let waiting: Promise<void> | undefined

  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (gone) return
    gone = true
    failed = error.code !== 'EPIPE'
    onGone(error)
  })

  function write(lines: string): void {
    if (gone || stream.writableLength > maxQueuedBytes) stats.dropped++
    else {
      stats.written++
      stream.write(lines, onEnded)
    }
  }

  const onEnded = (): void => void ended++

  async function room(): Promise<void> {
    if (gone || !stream.writableNeedDrain) return
    waiting ??= drained()
    await waiting
  }

  /** One for all who wait: some of them give up, and none of their listeners would go. */
  async function drained(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    stream.once('drain', resolve)
    stream.once('error', resolve)
    await promise
    stream.off('drain', resolve)
    stream.off('error', resolve)
    waiting = undefined
  }

  async function close(timeoutMs: number): Promise<void> {
    if (gone || stream.writableLength === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, timeoutMs)
    stream.once('drain', resolve)
    stream.once('error', resolve)
    stream.write('', () => resolve())
    await promise
    clearTimeout(timer)
    stats.dropped += stats.written - ended
  }

  return Object.freeze({ write, room, close, stats: () => ({ ...stats, queuedBytes: stream.writableLength, failed }) })
}
