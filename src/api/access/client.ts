/** Who is at the other end of the line. */
import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'

export interface Client {
  readonly address: string
  readonly userAgent: string
}

const MAX_AGENT = 256
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

export function clientOf({ socket, headers }: IncomingMessage): Client {
  const address = socket.remoteAddress ?? ''
  return { address: MAPPED.exec(address)?.[1] ?? address, userAgent: (headers['user-agent'] ?? '').slice(0, MAX_AGENT) }
}

/** What counts as one neighbour: an IPv4 address, or a /64 of IPv6, which one machine has all for itself. */
export function neighbourOf(address: string): string {
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.split('::')
  const before = head.split(':').filter((part) => part !== '')
  const after = (tail ?? '').split(':').filter((part) => part !== '')
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0')
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::/64`
}
