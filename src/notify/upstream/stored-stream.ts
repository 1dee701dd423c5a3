/** One stream in the spool's thread: takes batches, puts them on the disk, has them sent. */
import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { UpstreamStream } from '../../findings/upstream.ts'
import type { CounterName, Counters } from './counters.ts'
import { countLines } from './lines.ts'
import type { FromThread } from './messages.ts'
import { createSender } from './sender.ts'
import { openSpool, type Spool } from './spool.ts'

export interface StoredStreamOptions {
  readonly stream: UpstreamStream
  readonly folder: string
  readonly socketPath: string
  readonly hostname: string
  readonly counters: Counters
  readonly say: (message: FromThread) => void
  /** Frees room on the disk for so many bytes more; false: there is none to be had. */
  readonly makeRoom: (bytes: number) => boolean
}

export interface StoredStream {
  /** `onTaken` is called when the bytes are on the disk, or given up. */
  readonly take: (bytes: Uint8Array, onTaken: () => void) => void
  readonly bytes: () => number
  /** Gives up its oldest file; returns how many lines went with it. */
  readonly dropOldest: () => number
  readonly end: (timeoutMs: number) => Promise<void>
}

const RETRY_MS = 1000
/** Files that are in the way of a spool are kept under this name, once. */
const ASIDE = '.damaged'

export function createStoredStream(options: StoredStreamOptions): StoredStream {
  const { stream, counters, say, makeRoom } = options
  const folder = join(options.folder, stream)
  const name = (what: 'Waiting' | 'Bytes' | 'Lost' | 'Sent'): CounterName => `${stream}${what}`
  const queue: { readonly bytes: Uint8Array; readonly onTaken: () => void }[] = []
  let spool: Spool | undefined
  let retry: NodeJS.Timeout | undefined
  let failing = false
  let damaged = 0

  const sender = createSender({
    ...{ stream, socketPath: options.socketPath, hostname: options.hostname, spool: () => spool },
    onSent: (lines) => {
      counters.add(name('Sent'), lines)
      tellFill()
    },
    onRefused: (answer) => {
      counters.add(name('Lost'), 1)
      say({ level: 'warning', message: 'the server will not have a line', facts: { stream, answer } })
    },
    onChange: (reason) => {
      if (reason === undefined) say({ level: 'info', message: 'the server takes what was kept for it', facts: { stream } })
      else say({ level: 'warning', message: 'the server does not take anything: it is kept on the disk', facts: { stream, reason } })
    },
  })

  function take(bytes: Uint8Array, onTaken: () => void): void {
    queue.push({ bytes, onTaken })
    store()
  }

  /** What the disk does not take waits here; how much may wait is up to who sends it. */
  function store(): void {
    if (retry !== undefined) return
    try {
      spool ??= open()
      for (let next = queue[0]; next !== undefined; next = queue[0]) {
        put(spool, next.bytes)
        queue.shift()
        next.onTaken()
      }
      change(undefined)
    } catch (error) {
      change(error as NodeJS.ErrnoException)
      retry = setTimeout(() => {
        retry = undefined
        store()
      }, RETRY_MS)
    }
    tellFill()
    sender.wake()
  }

  function put(into: Spool, bytes: Uint8Array): void {
    if (!makeRoom(bytes.length)) {
      counters.add(name('Lost'), linesIn(bytes))
      return
    }
    try {
      into.append(bytes)
    } catch (error) {
      // The disk has less room than we may take: what may be given up makes some.
      if (!NO_ROOM.has((error as NodeJS.ErrnoException).code ?? '') || !makeRoom(Number.POSITIVE_INFINITY)) throw error
      into.append(bytes)
    }
  }

  function open(): Spool {
    try {
      return openSpool({ folder, durable: stream === 'findings' })
    } catch (error) {
      putAside(error as NodeJS.ErrnoException)
      return openSpool({ folder, durable: stream === 'findings' })
    }
  }

  /** Throws the error itself when there is nothing that could be in the way. */
  function putAside(error: NodeJS.ErrnoException): void {
    if (!existsSync(folder)) throw error
    rmSync(`${folder}${ASIDE}`, { recursive: true, force: true })
    renameSync(folder, `${folder}${ASIDE}`)
    counters.add(name('Lost'), 1) // how many they were nobody can tell
    const facts = { folder, reason: error.message }
    say({ level: 'warning', message: 'what was kept for the server cannot be read: it is put aside', facts })
  }

  function change(error: NodeJS.ErrnoException | undefined): void {
    if (failing === (error !== undefined)) return
    failing = error !== undefined
    counters.set('diskFails', failing ? 1 : 0)
    if (error === undefined) say({ level: 'info', message: 'what the server is to have is kept on the disk again', facts: { folder } })
    else
      say({ level: 'warning', message: 'what the server is to have cannot be kept on the disk', facts: { folder, reason: error.message } })
  }

  function tellFill(): void {
    if (spool === undefined) return
    counters.set(name('Waiting'), spool.waiting())
    counters.set(name('Bytes'), spool.bytes())
    counters.add(name('Lost'), spool.damaged() - damaged)
    damaged = spool.damaged()
  }

  store()
  return Object.freeze({
    take,
    bytes: () => spool?.bytes() ?? 0,
    dropOldest: () => {
      const lost = spool?.dropOldest() ?? 0
      counters.add(name('Lost'), lost)
      tellFill()
      return lost
    },
    end: async (timeoutMs: number) => {
      clearTimeout(retry)
      retry = undefined
      store()
      await sender.end(timeoutMs)
      clearTimeout(retry)
      counters.add(
        name('Lost'),
        queue.reduce((sum, { bytes }) => sum + linesIn(bytes), 0),
      )
      spool?.close()
      tellFill()
    },
  })
}

const NO_ROOM: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT'])

const linesIn = (bytes: Uint8Array): number => countLines(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
