/** Internet addresses of socket records as text: dotted IPv4, IPv6 in the form of RFC 5952. */
import { FAMILY } from './shared-fields.ts'

/** `bytes`: 16 in network order, an IPv4 address in the first 4. An IPv4 address mapped into IPv6 is given as IPv4. */
export function addressText(bytes: Buffer, family: number): string {
  if (family === FAMILY.inet) return dotted(bytes, 0)
  return isMapped(bytes) ? dotted(bytes, 12) : ipv6Text(bytes)
}

/** ::ffff:a.b.c.d (RFC 4291 §2.5.5.2). */
export function isMapped(bytes: Buffer): boolean {
  for (let at = 0; at < 10; at++) if (bytes[at] !== 0) return false
  return bytes[10] === 0xff && bytes[11] === 0xff
}

export function isUnspecified(bytes: Buffer): boolean {
  for (let at = 0; at < 16; at++) if (bytes[at] !== 0) return false
  return true
}

function dotted(bytes: Buffer, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`
}

/** Lower case, no leading zeros, the longest run of two or more zero groups (the first of equals) as `::`. */
function ipv6Text(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, group) => bytes.readUInt16BE(group * 2))
  const { start, length } = longestZeros(groups)
  const hex = groups.map((group) => group.toString(16))
  if (length < 2) return hex.join(':')
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start++) {
    let end = start
    while (groups[end] === 0) end++
    if (end - start > best.length) best = { start, length: end - start }
  }
  return best
}
