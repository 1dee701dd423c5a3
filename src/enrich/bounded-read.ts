/** Reads files that somebody else may have put there: regular files only, no symbolic link at the end, never more than so many bytes. */
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

export interface ReadFile {
  readonly bytes: Buffer
  readonly stat: BigIntStats
}

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY } = constants

/** Undefined when it is not there, cannot be read, is no regular file or is larger. O_NONBLOCK: a pipe must not hold us up. */
export function readRegularFile(path: string, maxBytes: number): ReadFile | undefined {
  return withFile(path, (fd) => {
    const stat = fstatSync(fd, { bigint: true })
    if (!stat.isFile() || stat.size > maxBytes) return undefined
    return { bytes: readAll(fd, maxBytes), stat }
  })
}

/** A file of /proc, whose size is not told before: at most `maxBytes` of it. */
export function readProcFile(path: string, maxBytes: number): Buffer | undefined {
  return withFile(path, (fd) => readAll(fd, maxBytes))
}

function withFile<T>(path: string, read: (fd: number) => T): T | undefined {
  let fd: number | undefined
  try {
    fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
    return read(fd)
  } catch (error) {
    if (isFileError(error)) return undefined
    throw error
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

const CHUNK = 65_536

function readAll(fd: number, maxBytes: number): Buffer {
  const chunks: Buffer[] = []
  let left = maxBytes
  while (left > 0) {
    const chunk = Buffer.allocUnsafe(Math.min(left, CHUNK))
    const size = readSync(fd, chunk, 0, chunk.length, null)
    if (size === 0) break
    chunks.push(chunk.subarray(0, size))
    left -= size
  }
  return Buffer.concat(chunks)
}

/** What the file system says no with: the file is not there, the process is gone, the path is no file. */
export function isFileError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^E[A-Z0-9]+$/.test(error.code)
}
