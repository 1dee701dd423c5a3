/** Syslog over UDP (RFC 5426): one message a packet. */
import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { createReachability, type SyslogLink, type SyslogLinkOptions } from './syslog-link.ts'

export interface DatagramLinkOptions extends SyslogLinkOptions {
  readonly host: string
  readonly port: number
}

/**
 * UDP tells little: a packet handed to the kernel counts as written. The socket is connected, so that an ICMP "port
 * unreachable" comes back as an error, which is said (once per change) though the packet that caused it is not known.
 */
export function createDatagramLink(options: DatagramLinkOptions): SyslogLink {
  const stats = { written: 0, dropped: 0 }
  const reach = createReachability(options.onChange, () => stats.dropped)
  let socket: Socket | undefined
  let waiting: string[] = []
  let inFlight = 0
  let closed = false
  let retryMs = options.firstRetryMs
  let retry: NodeJS.Timeout | undefined
  let settle: NodeJS.Timeout | undefined
  let idle: (() => void) | undefined

  function send(message: string): void {
    if (inFlight + waiting.length >= options.maxQueued) stats.dropped++
    else if (socket) transmit(socket, message)
    else waiting.push(message)
  }

  function transmit(to: Socket, message: string): void {
    inFlight++
    to.send(message, (error) => {
      inFlight--
      stats[error ? 'dropped' : 'written']++
      if (error) failed(to, error)
      if (inFlight === 0) idle?.()
    })
  }

  function open(): void {
    retry = undefined
    const fresh = createSocket(isIPv6(options.host) ? 'udp6' : 'udp4')
    fresh.on('error', (error) => failed(fresh, error))
    // Not as an argument of connect(), which is called with the error, too, when the name has no address: then nothing may be sent.
    fresh.once('connect', () => {
      if (closed) return closeQuietly(fresh)
      socket = fresh
      const held = waiting
      waiting = []
      for (const message of held) transmit(fresh, message)
      settle = setTimeout(settled, SETTLE_MS)
      settle.unref()
    })
    fresh.connect(options.port, options.host)
  }

  /** No refusal for a while: the server is taken to be there. */
  function settled(): void {
    retryMs = options.firstRetryMs
    reach.good()
  }

  function failed(old: Socket, error: NodeJS.ErrnoException): void {
    if (closed || (socket !== undefined && socket !== old)) return
    reach.bad(error)
    closeQuietly(old)
    socket = undefined
    clearTimeout(settle)
    if (retry) return
    retry = setTimeout(open, retryMs)
    retry.unref()
    retryMs = Math.min(retryMs * 2, options.maxRetryMs)
  }

  async function close(timeoutMs: number): Promise<void> {
    if (inFlight + waiting.length > 0 && !reach.failing()) {
      const { promise, resolve } = Promise.withResolvers<void>()
      idle = resolve
      const deadline = setTimeout(resolve, timeoutMs)
      await promise
      clearTimeout(deadline)
    }
    clearTimeout(retry)
    clearTimeout(settle)
    closed = true
    stats.dropped += waiting.length + inFlight
    waiting = []
    if (socket) closeQuietly(socket)
    socket = undefined
  }

  open()
  return Object.freeze({ send, close, stats: () => ({ ...stats }) })
}

/** How long after (re)connecting without an error the server counts as reachable. */
const SETTLE_MS = 1000

function closeQuietly(socket: Socket): void {
  try {
    socket.close()
  } catch {
    // It was closed already by the error that brought us here.
  }
}
