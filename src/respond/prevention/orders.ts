/** Orders about blocked files as the bytes that the helper takes: see `struct prevent_order` of native/addon/prevent-protocol.h. */
import type { FileContent } from '../native.ts'

export interface FileOrder {
  /** `look`: whether it is denied. */
  readonly kind: (typeof KINDS)[number]
  /** Comes back with the answer. */
  readonly request: number
  /** Of the file, from 1. */
  readonly id: number
  /** Undefined: the inode alone. */
  readonly content: FileContent | undefined
}

const KINDS = ['block', 'let', 'look'] as const
const SHA256 = /^[0-9a-f]{64}$/
const ORDER_BYTES = 56
const SHA256_AT = 24

/** A larger one is blocked by inode alone. */
export const MAX_CONTENT_BYTES = 64 << 20

/** Throws RangeError for a content that is empty or too large, or no SHA-256. */
export function packOrder({ kind, request, id, content }: FileOrder): Buffer {
  const order = Buffer.alloc(ORDER_BYTES)
  order.writeUInt32LE(KINDS.indexOf(kind), 4)
  order.writeUInt32LE(request, 8)
  order.writeUInt32LE(id, 12)
  if (content === undefined) return order
  const { bytes, sha256 } = content
  if (!SHA256.test(sha256) || bytes < 1 || bytes > MAX_CONTENT_BYTES) throw new RangeError('no content that can be blocked')
  order.writeBigUInt64LE(BigInt(bytes), 16)
  order.write(sha256, SHA256_AT, 'hex')
  return order
}
