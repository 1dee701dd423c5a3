/** IP addresses and networks as rules write them and events carry them. */
import ipaddr from 'ipaddr.js'

/** An address range: the address's bytes (4 or 16) and how many leading bits count. */
export interface Network {
  readonly bytes: Uint8Array
  readonly bits: number
}

const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/

let lastText = ''
let lastBytes: Uint8Array | undefined

/** The bytes of an address: 4 or 16. Undefined where the text is none. Many checks of one event ask for the same: the last is kept. */
export function parseAddress(text: string): Uint8Array | undefined {
  if (text === lastText) return lastBytes
  lastBytes = bytesOfAddress(text)
  lastText = text
  return lastBytes
}

/** IPv4 is four decimal numbers, as inet_pton(3) has it. */
function bytesOfAddress(text: string): Uint8Array | undefined {
  if (ipv4.test(text)) return Uint8Array.from(text.split('.'), Number)
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined
  return Uint8Array.from(ipaddr.IPv6.parse(text).toByteArray())
}

/** An address in the one form that events have it in: dotted decimal, or RFC 5952. */
export function canonicalAddress(text: string): string | undefined {
  const bytes = parseAddress(text)
  if (bytes === undefined) return undefined
  return bytes.length === 4 ? bytes.join('.') : new ipaddr.IPv6([...bytes]).toRFC5952String()
}

/** `10.0.0.0/8`, `2001:db8::/32`. Host bits may be set; they do not count. */
export function parseNetwork(text: string): Network | undefined {
  const [, address, mask] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? []
  if (address === undefined || mask === undefined) return undefined
  const bytes = parseAddress(address)
  const bits = Number(mask)
  return bytes === undefined || bits > bytes.length * 8 ? undefined : { bytes, bits }
}

/** True when the address (as text) lies in the network; never for an address of the other family. */
export function inNetwork(address: string, network: Network): boolean {
  const bytes = parseAddress(address)
  if (bytes === undefined || bytes.length !== network.bytes.length) return false
  const whole = network.bits >> 3
  for (let index = 0; index < whole; index++) if (bytes[index] !== network.bytes[index]) return false
  const rest = network.bits & 7
  return rest === 0 || (((bytes[whole] ?? 0) ^ (network.bytes[whole] ?? 0)) & (0xff << (8 - rest)) & 0xff) === 0
}
