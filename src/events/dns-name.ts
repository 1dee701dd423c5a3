/** Reads one domain name out of a DNS message (RFC 1035 §3.1, §4.1.4). Hostile input: bounded, and no pointer loop. */

/** The most octets a name may have on the wire, its length octets included (RFC 1035 §2.3.4). */
const MAX_NAME_OCTETS = 255

export interface DnsName {
  /**
   * Lower case (names compare so: RFC 4343), without the final dot; the root is `.`. A dot or backslash inside a label is
   * escaped by `\`, every octet outside 0x21–0x7e is `\DDD` (RFC 1035 §5.1), so that equal text means equal names.
   */
  readonly text: string
  /** Where the message goes on behind the name. */
  readonly next: number
}

/**
 * The name at `at` bytes into the message. Undefined where it is cut, too long, or its compression is not sound: a
 * pointer must go back, before everything read so far, which rules out every loop.
 */
export function readDnsName(message: Buffer, at: number): DnsName | undefined {
  const labels: string[] = []
  let next: number | undefined
  let lowest = at
  let octets = 1
  for (let here = at; here < message.length; ) {
    const length = message[here] ?? 0
    if (length === 0) return { text: labels.length === 0 ? '.' : labels.join('.'), next: next ?? here + 1 }
    if (length >= 0xc0) {
      const target = pointerAt(message, here)
      if (target === undefined || target >= lowest) return undefined
      next ??= here + 2
      lowest = target
      here = target
      continue
    }
    octets += 1 + length
    if (length >= 0x40 || octets > MAX_NAME_OCTETS || here + 1 + length > message.length) return undefined
    labels.push(labelText(message.subarray(here + 1, here + 1 + length)))
    here += 1 + length
  }
  return undefined
}

/** The 14-bit offset of a compression pointer. */
function pointerAt(message: Buffer, at: number): number | undefined {
  return at + 2 <= message.length ? message.readUInt16BE(at) & 0x3fff : undefined
}

const PLAIN_LABEL = /^[a-z0-9_-]+$/

function labelText(label: Buffer): string {
  const lower = label.toString('latin1').replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  return PLAIN_LABEL.test(lower) ? lower : Array.from(lower, escaped).join('')
}

function escaped(character: string): string {
  if (character === '.' || character === '\\') return `\\${character}`
  const code = character.charCodeAt(0)
  return code > 0x20 && code < 0x7f ? character : `\\${String(code).padStart(3, '0')}`
}
