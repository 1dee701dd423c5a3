/** The content of a file in one number. */
import { createHash } from 'node:crypto'
import { fstatSync, read } from 'node:fs'
import { promisify } from 'node:util'
import type { FileContent } from '../native.ts'

const PART_BYTES = 1 << 18
const readPart = promisify(read)

/** From its beginning, wherever the descriptor stands. Undefined where it was written to meanwhile, or is larger. Throws what reading does. */
export async function contentOf(fd: number, maxBytes: number): Promise<FileContent | undefined> {
  const before = fstatSync(fd, { bigint: true })
  const part = Buffer.alloc(Math.min(PART_BYTES, maxBytes + 1))
  const hash = createHash('sha256')
  let bytes = 0
  for (;;) {
    const { bytesRead } = await readPart(fd, part, 0, part.length, bytes)
    if (bytesRead === 0) break
    bytes += bytesRead
    if (bytes > maxBytes) return undefined
    hash.update(part.subarray(0, bytesRead))
  }
  const after = fstatSync(fd, { bigint: true })
  return before.ctimeNs === after.ctimeNs && BigInt(bytes) === after.size ? { bytes, sha256: hash.digest('hex') } : undefined
}
