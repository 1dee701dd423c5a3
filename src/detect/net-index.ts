/** Finds, for an address, which of many networks hold it: one look-up for each length of prefix that they have. */
import { type Network, parseAddress } from '../lang/ip.ts'
import type { Found } from './text-index.ts'

export interface IndexedNet {
  readonly network: Network
  readonly rule: number
}

/** The result adds to `found` the rules of the networks that hold the address; nothing for a text that is none. */
export function createNetIndex(nets: readonly IndexedNet[]): (address: string, found: Found) => void {
  const tables = new Map<number, Map<string, number[]>[]>()
  for (const { network, rule } of nets) {
    const lengths = tables.get(network.bytes.length) ?? []
    tables.set(network.bytes.length, lengths)
    const table = lengths[network.bits] ?? new Map<string, number[]>()
    lengths[network.bits] = table
    const key = keyOf(network.bytes, network.bits)
    const rules = table.get(key)
    if (rules === undefined) table.set(key, [rule])
    else rules.push(rule)
  }
  return (address, found) => {
    const bytes = parseAddress(address)
    if (bytes === undefined) return
    tables.get(bytes.length)?.forEach((table, bits) => {
      for (const rule of table.get(keyOf(bytes, bits)) ?? []) found.rules[found.count++] = rule
    })
  }
}

/** The leading bits, as text: one character per byte, the last one masked. */
function keyOf(bytes: Uint8Array, bits: number): string {
  let key = ''
  for (let index = 0; index * 8 < bits; index++) {
    const left = bits - index * 8
    key += String.fromCharCode(left >= 8 ? (bytes[index] as number) : (bytes[index] as number) & (0xff << (8 - left)) & 0xff)
  }
  return key
}
