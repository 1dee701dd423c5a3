/** Hashes of texts as native/bpf/lib/2-terms.h makes them. Two texts with one hash only let an event pass that none asked for. */
const BYTES = 64
const MASK = 0xffff_ffff_ffff_ffffn
const FACTOR = 0x9e37_79b9_7f4a_7c15n

/** Of the first 64 bytes, padded with NUL to words of eight, up to the first word without text. */
export function hashOf(bytes: Uint8Array): bigint {
  const padded = Buffer.alloc(BYTES)
  padded.set(bytes.subarray(0, BYTES))
  let hash = 0n
  for (let at = 0; at < BYTES; at += 8) {
    const word = padded.readBigUInt64LE(at)
    if (word === 0n) break
    hash = ((hash ^ word) * FACTOR) & MASK
    hash ^= hash >> 32n
  }
  return hash
}

/** Of a name: the kernel side reads at most 63 bytes of it. */
export const hashOfName = (name: Uint8Array): bigint => hashOf(name.subarray(0, BYTES - 1))

/** Of the end of a path. */
export const hashOfTail = (path: Uint8Array): bigint => hashOf(path.subarray(Math.max(0, path.length - BYTES)))
