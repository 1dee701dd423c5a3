/**
 * Requests are answered only under names that are ours. A page of an attacker can have its own name point at 127.0.0.1 (DNS rebinding), and would
 * then be of one origin with us; its requests still carry that name. Addresses cannot be rebound, so that they need no list.
 */
import { isIP } from 'node:net'
import { isLoopback } from '../../lib/listen-address.ts'

/** `names`: what else this server is called, without ports. */
export function createHostCheck(names: readonly string[]): (host: string | undefined) => boolean {
  const ours = new Set(names.map((name) => name.toLowerCase()))
  return (host) => {
    const name = hostnameOf(host ?? '')
    return name !== undefined && (isIP(name) !== 0 || isLoopback(name) || ours.has(name))
  }
}

/** Lower case, without port and brackets; undefined when it is none. */
function hostnameOf(host: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9._-]{1,253}))(?::\d{1,5})?$/i.exec(host)
  return (match?.[1] ?? match?.[2])?.toLowerCase()
}
