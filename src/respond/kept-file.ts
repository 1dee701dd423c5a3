/** Files that root alone can write, read so that what was checked is what is read. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs'
import { dirname } from 'node:path'

export interface KeptFile {
  readonly bytes: Buffer
  readonly mode: number
}

export interface KeptFileOptions {
  readonly maxBytes: number
  /** Others may not even read it. */
  readonly secret?: boolean
}

const WRITABLE_BY_OTHERS = 0o022
const READABLE_BY_OTHERS = 0o077
const STICKY = 0o1000

/** Root, or who runs this (in tests). */
const isOurs = ({ uid }: Pick<Stats, 'uid'>): boolean => uid === 0 || uid === process.getuid?.()

/** Throws an Error for people: no regular file, a link, too large, or others could change it. */
export function readKept(path: string, { maxBytes, secret = false }: KeptFileOptions): KeptFile {
  // Not through a link, and not waiting for somebody at the other end of a pipe.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const stat = fstatSync(descriptor)
    if (!stat.isFile()) throw new Error(`${path} is no regular file`)
    if (!isOurs(stat)) throw new Error(`${path} is of user ${stat.uid}, not of root`)
    if ((stat.mode & WRITABLE_BY_OTHERS) !== 0) throw new Error(`others than root can write ${path}`)
    if (secret && (stat.mode & READABLE_BY_OTHERS) !== 0) throw new Error(`others than root can read ${path}: chmod 600`)
    if (stat.size > maxBytes) throw new Error(`${path} is larger than ${maxBytes} bytes`)
    const bytes = Buffer.alloc(maxBytes + 1)
    const size = readSync(descriptor, bytes, 0, bytes.length, 0)
    if (size > maxBytes) throw new Error(`${path} is larger than ${maxBytes} bytes`)
    return { bytes: bytes.subarray(0, size), mode: stat.mode }
  } finally {
    closeSync(descriptor)
  }
}

/** Throws an Error for people unless the folder and every one above it are root's, no links, and nobody else can put another in their place. */
export function mustBeKeptFolder(path: string): void {
  for (let at = path; ; at = dirname(at)) {
    const stat = lstatSync(at)
    if (!stat.isDirectory()) throw new Error(`${at} is no folder`)
    if (!isOurs(stat)) throw new Error(`${at} is of user ${stat.uid}, not of root`)
    // In a sticky folder (/tmp) nobody renames what is another's.
    const isSafe = (stat.mode & WRITABLE_BY_OTHERS) === 0 || (at !== path && (stat.mode & STICKY) !== 0)
    if (!isSafe) throw new Error(`others than root can write in ${at}`)
    if (at === dirname(at)) return
  }
}
