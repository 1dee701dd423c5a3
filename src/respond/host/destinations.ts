/** Addresses and networks as text, for rules about the network. */
import { isIP } from 'node:net'
import type { Destination } from '../native.ts'

/** `10.0.0.5`, `10.0.0.0/8`, `10.0.0.5:443`, `2001:db8::/32`, `[2001:db8::1]:443`. Undefined for what is none of these. */
export function parseDestination(text: string): Destination | undefined {
  const [, bracketed, bracketedLength, bracketedPort] = /^\[([^\]]+?)(?:\/(\d{1,3}))?\](?::(\d{1,5}))?$/.exec(text) ?? []
  if (bracketed !== undefined) return destination(bracketed, bracketedLength, bracketedPort)
  const [, ipv4, length, port] = /^([\d.]+)(?:\/(\d{1,2}))?(?::(\d{1,5}))?$/.exec(text) ?? []
  if (ipv4 !== undefined) return destination(ipv4, length, port)
  const [, ipv6, ipv6Length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  return ipv6 === undefined ? undefined : destination(ipv6, ipv6Length, undefined)
}

function destination(address: string, length: string | undefined, port: string | undefined): Destination | undefined {
  const bytes = addressBytes(address)
  if (bytes === undefined) return undefined
  const prefixLength = length === undefined ? 8 * bytes.length : Number(length)
  const number = port === undefined ? 0 : Number(port)
  if (prefixLength > 8 * bytes.length || number > 0xffff || (port !== undefined && number === 0)) return undefined
  return unmapped({ address: bytes, prefixLength, port: number })
}

/** 4 or 16. Undefined for what is no address; a zone (`%eth0`) is of one host alone. */
export function addressBytes(text: string): Uint8Array | undefined {
  switch (isIP(text)) {
    case 4:
      return Uint8Array.from(text.split('.').map(Number))
    case 6:
      return text.includes('%') ? undefined : ipv6Bytes(text)
    default:
      return undefined
  }
}

/** The browser's parser of addresses writes every form in one, all in hexadecimal (RFC 5952, without dotted ends). */
function ipv6Bytes(text: string): Uint8Array {
  const [head = '', tail] = new URL(`http://[${text}]`).hostname.slice(1, -1).split('::')
  const groups = (part: string): readonly number[] => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)))
  const [first, last] = [groups(head), groups(tail ?? '')]
  const all = [...first, ...Array.from({ length: tail === undefined ? 0 : 8 - first.length - last.length }, () => 0), ...last]
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]))
}

/** ::ffff:a.b.c.d is a.b.c.d (RFC 4291 §2.5.5.2): the kernel side knows it as that alone. */
function unmapped({ address, prefixLength, port }: Destination): Destination {
  const isMapped = address.length === 16 && prefixLength >= 96 && address.every((byte, at) => at >= 12 || byte === (at < 10 ? 0 : 0xff))
  return isMapped ? { address: address.slice(12), prefixLength: prefixLength - 96, port } : { address, prefixLength, port }
}

/** Whether the address lies in the network; ports are not compared. */
export const covers = ({ address: network, prefixLength }: Destination, address: Uint8Array): boolean =>
  network.length === address.length &&
  network.every((byte, at) => {
    const kept = Math.min(8, Math.max(0, prefixLength - 8 * at))
    const mask = (0xff00 >> kept) & 0xff
    return (byte & mask) === ((address[at] ?? 0) & mask)
  })

export const LOOPBACK: readonly Destination[] = ['127.0.0.0/8', '::1'].flatMap((text) => parseDestination(text) ?? [])
