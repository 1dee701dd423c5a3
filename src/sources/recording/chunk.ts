/**
 * The file of a recording: chunk after chunk, each a zstd skippable frame with the chunk's head and a zstd frame with its
 * payload. So every chunk stands for itself, whatever became of the file behind it, and `zstd -dc` still reads the whole.
 */

import { promisify } from 'node:util'
import { constants, crc32, zstdCompress, zstdDecompressSync } from 'node:zlib'

/** What a payload is. The head chunk comes first and once; the end chunk last, where the recorder ended well. */
export const CHUNK = { head: 1, snapshot: 2, events: 3, side: 4, end: 5 } as const
export type ChunkType = (typeof CHUNK)[keyof typeof CHUNK]

/** RFC 8878, 3.1.2: one of the sixteen magic numbers of skippable frames, and the length of what is skipped. */
const SKIPPABLE_MAGIC = 0x184d2a5e
const OUR_MAGIC = 0x31525354 // "TSR1"
/** Magic, length; our magic, type, number, compressed and raw length, CRC-32 of the raw payload, begun with the type. */
export const HEAD_BYTES = 32
const SKIPPED_BYTES = HEAD_BYTES - 8
/** No payload is larger, compressed or raw. */
export const MAX_PAYLOAD = 64 << 20
const LEVEL = 3

export interface ChunkHead {
  readonly type: ChunkType
  /** Counts from 0 in the file. */
  readonly number: number
  readonly compressedBytes: number
  readonly rawBytes: number
  readonly crc: number
}

const compress = promisify(zstdCompress)

/** A chunk as it stands in the file. */
export async function packChunk(type: ChunkType, number: number, payload: Buffer): Promise<Buffer> {
  const compressed = await compress(payload, { params: { [constants.ZSTD_c_compressionLevel]: LEVEL } })
  const head = Buffer.alloc(HEAD_BYTES)
  const words = [SKIPPABLE_MAGIC, SKIPPED_BYTES, OUR_MAGIC, type, number, compressed.length, payload.length, crc32(payload, type)]
  for (const [index, word] of words.entries()) head.writeUInt32LE(word, 4 * index)
  return Buffer.concat([head, compressed])
}

/** True when a file that begins so may be a recording, or the first bytes of one. */
export function beginsChunk(bytes: Buffer): boolean {
  const start = Buffer.alloc(12)
  for (const [index, word] of [SKIPPABLE_MAGIC, SKIPPED_BYTES, OUR_MAGIC].entries()) start.writeUInt32LE(word, 4 * index)
  const compared = Math.min(bytes.length, start.length)
  return bytes.subarray(0, compared).equals(start.subarray(0, compared))
}

/** Undefined when these bytes cannot be the head of a chunk. `bytes` has HEAD_BYTES. */
export function readHead(bytes: Buffer): ChunkHead | undefined {
  const word = (index: number): number => bytes.readUInt32LE(4 * index)
  if (word(0) !== SKIPPABLE_MAGIC || word(1) !== SKIPPED_BYTES || word(2) !== OUR_MAGIC) return undefined
  const type = Object.values(CHUNK).find((known) => known === word(3))
  if (type === undefined || word(5) > MAX_PAYLOAD || word(6) > MAX_PAYLOAD) return undefined
  return { type, number: word(4), compressedBytes: word(5), rawBytes: word(6), crc: word(7) }
}

/** Undefined when the payload is not what its head says. Never makes more than the head's bytes. */
export function unpackPayload(head: ChunkHead, compressed: Buffer): Buffer | undefined {
  const payload = decompress(compressed, head.rawBytes)
  if (payload?.length !== head.rawBytes) return undefined
  // Recordings of before had the type of a chunk outside of its checksum.
  return crc32(payload, head.type) === head.crc || crc32(payload) === head.crc ? payload : undefined
}

function decompress(compressed: Buffer, limit: number): Buffer | undefined {
  try {
    return zstdDecompressSync(compressed, { maxOutputLength: Math.max(limit, 1) })
  } catch {
    return undefined // the caller says which chunk of which file
  }
}
