/** Syslog over a stream: TCP (RFC 6587), TLS (RFC 5425), Unix socket. */
import type { Socket } from 'node:net'
import { createQueue } from '../lib/queue.ts'
import { createReachability, type SyslogLink, type SyslogLinkOptions } from './syslog-link.ts'

export interface StreamLinkOptions extends SyslogLinkOptions {
  readonly framing: 'octets' | 'newline'
  readonly connect: () => Socket
  /** The socket's event from which on messages may be sent. */
  readonly ready: 'connect' | 'secureConnect'
}

/** Messages put into one write. */
const BATCH = 64
const MAX_QUEUED_BYTES = 64 * 1024 * 1024
/** A server that takes nothing for so long is left and tried anew. */
const STALL_MS = 20_000

/**
 * One batch is on its way at a time; it counts as written when the kernel took it, and is sent again on the next
 * connection when that failed. (What the kernel had taken when the server died is lost unseen: syslog has no receipts.)
 */
export function createStreamLink(options: StreamLinkOptions): SyslogLink {
  const queue = createQueue<string>({ maxItems: options.maxQueued, maxBytes: MAX_QUEUED_BYTES, sizeOf: (text) => text.length * 2 })
  const stats = { written: 0, dropped: 0 }
  const frame = options.framing === 'octets' ? octets : newline
  const reach = createReachability(options.onChange, () => stats.dropped)
  let socket: Socket | undefined
  let batch: string[] = []
  let sending = false
  let closed = false
  let retryMs = options.firstRetryMs
  let timer: NodeJS.Timeout | undefined
  let idle: (() => void) | undefined

  function send(message: string): void {
    if (closed || !queue.push(message)) stats.dropped++
    else pump()
  }

  function pump(): void {
    if (!socket || sending) return
    if (batch.length === 0) batch = take()
    if (batch.length === 0) idle?.()
    else {
      sending = true
      socket.write(batch.map(frame).join(''), sent)
    }
  }

  function sent(error?: Error | null): void {
    sending = false
    if (error) return // 'close' follows; the batch stays for the next connection
    stats.written += batch.length
    batch = []
    pump()
  }

  function take(): string[] {
    const taken: string[] = []
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      taken.push(next)
      if (taken.length === BATCH) break
    }
    return taken
  }

  function open(): void {
    timer = undefined
    const fresh = options.connect()
    let reason: NodeJS.ErrnoException = Object.assign(new Error('the server closed the connection'), { code: 'ECONNRESET' })
    fresh.setTimeout(STALL_MS, () => {
      if (sending || socket !== fresh) fresh.destroy(Object.assign(new Error('the server takes nothing'), { code: 'ETIMEDOUT' }))
    })
    fresh.on('error', (error) => (reason = error))
    fresh.on('close', () => lost(fresh, reason))
    fresh.on(options.ready, () => {
      socket = fresh
      retryMs = options.firstRetryMs
      reach.good()
      pump()
    })
    fresh.resume() // what the server says is of no interest, but its end must be seen
  }

  function lost(old: Socket, reason: NodeJS.ErrnoException): void {
    if (socket === old) socket = undefined
    sending = false
    if (closed) return
    reach.bad(reason)
    idle?.()
    timer = setTimeout(open, retryMs)
    timer.unref()
    retryMs = Math.min(retryMs * 2, options.maxRetryMs)
  }

  async function close(timeoutMs: number): Promise<void> {
    if (batch.length + queue.length() > 0 && !reach.failing()) await emptied(timeoutMs)
    closed = true
    clearTimeout(timer)
    stats.dropped += batch.length + queue.length()
    queue.drop()
    batch = []
    await ended(socket, timeoutMs)
    socket = undefined
  }

  async function emptied(timeoutMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    idle = resolve
    const deadline = setTimeout(resolve, timeoutMs)
    pump()
    await promise
    clearTimeout(deadline)
  }

  open()
  return Object.freeze({ send, close, stats: () => ({ ...stats }) })
}

/** Says goodbye, so that the last messages arrive; after `timeoutMs` hangs up. */
async function ended(socket: Socket | undefined, timeoutMs: number): Promise<void> {
  if (!socket) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const deadline = setTimeout(resolve, timeoutMs)
  socket.end(resolve)
  await promise
  clearTimeout(deadline)
  socket.destroy()
}

function octets(message: string): string {
  return `${Buffer.byteLength(message)} ${message}`
}

/** Rendered findings hold no newline: escape.ts and JSON see to it. */
function newline(message: string): string {
  return `${message}\n`
}
