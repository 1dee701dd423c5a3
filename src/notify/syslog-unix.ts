/** Syslog over a Unix socket. Most (/dev/log of journald and rsyslog) take datagrams; what turns out to be a stream is served as one. */
import { constants } from 'node:os'
import { getSystemErrorMap } from 'node:util'
import { createQueue } from '../lib/queue.ts'
import type { SendDatagram } from './output.ts'
import { createReachability, type SyslogLink, type SyslogLinkOptions } from './syslog-link.ts'

export interface UnixLinkOptions extends SyslogLinkOptions {
  readonly path: string
  readonly sendDatagram: SendDatagram
  /** Makes the link for a stream socket. */
  readonly stream: () => SyslogLink
}

const MAX_QUEUED_BYTES = 64 * 1024 * 1024
const { EPROTOTYPE, EMSGSIZE } = constants.errno

export function createUnixLink({ path, sendDatagram, stream, ...options }: UnixLinkOptions): SyslogLink {
  const queue = createQueue<string>({ maxItems: options.maxQueued, maxBytes: MAX_QUEUED_BYTES, sizeOf: (text) => text.length * 2 })
  const stats = { written: 0, dropped: 0 }
  const reach = createReachability(options.onChange, () => stats.dropped)
  let asStream: SyslogLink | undefined
  let retryMs = options.firstRetryMs
  let retry: NodeJS.Timeout | undefined

  function send(message: string): void {
    if (asStream) asStream.send(message)
    else if (!queue.push(message)) stats.dropped++
    else if (retry === undefined) pump()
  }

  function pump(): void {
    retry = undefined
    let errno = 0
    for (let message = queue.peek(); message !== undefined; message = queue.peek()) {
      errno = sendDatagram(path, Buffer.from(message))
      if (errno !== 0 && errno !== EMSGSIZE) break
      queue.shift()
      stats[errno === 0 ? 'written' : 'dropped']++
      retryMs = options.firstRetryMs
      reach.good()
      errno = 0
    }
    if (errno === EPROTOTYPE) becomeStream()
    else if (errno !== 0) waitAfter(errno)
  }

  function becomeStream(): void {
    asStream = stream()
    for (let message = queue.shift(); message !== undefined; message = queue.shift()) asStream.send(message)
  }

  function waitAfter(errno: number): void {
    const [code, text] = getSystemErrorMap().get(-errno) ?? [String(errno), 'unknown error']
    reach.bad(Object.assign(new Error(`${code}: ${text}, ${path}`), { code }))
    retry = setTimeout(pump, retryMs)
    retry.unref()
    retryMs = Math.min(retryMs * 2, options.maxRetryMs)
  }

  async function close(timeoutMs: number): Promise<void> {
    clearTimeout(retry)
    if (!asStream) pump()
    clearTimeout(retry)
    await asStream?.close(timeoutMs)
    stats.dropped += queue.length()
    queue.drop()
  }

  function sum(): { readonly written: number; readonly dropped: number } {
    const streamed = asStream?.stats() ?? { written: 0, dropped: 0 }
    return { written: stats.written + streamed.written, dropped: stats.dropped + streamed.dropped }
  }

  return Object.freeze({ send, close, stats: sum })
}
