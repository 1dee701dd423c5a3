/** Reads what a process under suspicion may have made: bounded, never through a link, never waiting for a pipe. */
import { constants, type Stats } from 'node:fs'
import { type FileHandle, lstat, open, opendir, readlink, stat } from 'node:fs/promises'
import { decodeText } from '../../events/raw-record.ts'
import { escapeText } from '../../lib/escape.ts'
import { isSame, readProcess } from '../host/processes.ts'
import { answered } from './answered.ts'
import type { Gathering } from './section.ts'

const { O_RDONLY, O_NONBLOCK, O_NOCTTY, O_NOFOLLOW } = constants
const CHUNK = 256 * 1024

interface ReadBytes {
  readonly bytes: Buffer
  /** That was all. */
  readonly whole: boolean
}

/** Up to `maxBytes`. */
export const readUpTo = (path: string, maxBytes: number): Promise<ReadBytes> =>
  UNDER_LOCK.test(path) ? answered(path, () => readNow(path, maxBytes)) : readNow(path, maxBytes)

/** What the kernel tells of a process only while it holds the lock of its memory; the rest always comes. */
const UNDER_LOCK = /\/(cmdline|environ|maps|smaps_rollup)$/

async function readNow(path: string, maxBytes: number): Promise<ReadBytes> {
  const file = await open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
  try {
    const parts: Buffer[] = []
    let had = 0
    while (had <= maxBytes) {
      const { bytesRead, buffer } = await file.read({ buffer: Buffer.allocUnsafe(Math.min(CHUNK, maxBytes + 1 - had)), position: null })
      if (bytesRead === 0) break
      parts.push(buffer.subarray(0, bytesRead))
      had += bytesRead
    }
    return { bytes: Buffer.concat(parts).subarray(0, maxBytes), whole: had <= maxBytes }
  } finally {
    await file.close()
  }
}

/** As text; bytes that are no UTF-8 become U+DC80…U+DCFF, as in events. */
export const textUpTo = async (path: string, maxBytes: number): Promise<string> => textOf((await readUpTo(path, maxBytes)).bytes)

export const textOf = (bytes: Buffer): string => decodeText(bytes, 0, bytes.length)

/** The target of a link of the kernel: `socket:[4711]`, `/tmp/x (deleted)`. */
export const linkOf = async (path: string): Promise<string> => textOf(await readlink(path, { encoding: 'buffer' }))

/** Undefined where it cannot be read. */
export async function linkOrNone(path: string): Promise<string | undefined> {
  try {
    return await linkOf(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error
    return undefined
  }
}

/** At most `max` of the folder's names, and whether that were all. */
export async function namesIn(path: string, max: number): Promise<{ readonly names: readonly string[]; readonly whole: boolean }> {
  const folder = await opendir(path, { bufferSize: 256 })
  const names: string[] = []
  for await (const { name } of folder) {
    if (names.length >= max) return { names, whole: false }
    names.push(name)
  }
  return { names, whole: true }
}

export interface OpenedFile {
  readonly file: FileHandle
  readonly stats: Stats
  readonly path: string
}

/** A plain file, also one whose name is gone, through its link in /proc. Undefined for what is none: to open a device may do something. */
export const openPlain = (path: string, flags = 0): Promise<OpenedFile | undefined> => answered(path, () => openNow(path, flags))

async function openNow(path: string, flags: number): Promise<OpenedFile | undefined> {
  const before = (flags & O_NOFOLLOW) === 0 ? await stat(path) : await lstat(path)
  if (!before.isFile()) return undefined
  const file = await open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | flags)
  const stats = await file.stat()
  if (stats.isFile()) return { file, stats, path }
  await file.close()
  return undefined
}

/** Its first `bytes`. */
export async function* chunksOf({ file, path }: Pick<OpenedFile, 'file' | 'path'>, bytes: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes; ) {
    const wanted = { buffer: Buffer.allocUnsafe(Math.min(CHUNK, bytes - at)), position: at }
    const { bytesRead, buffer } = await answered(path, () => file.read(wanted))
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
    at += bytesRead
  }
}

/**
 * Does it for each process; what fails for one is told, and the others go on. Told as well is a process that ended meanwhile, or whose pid went to another:
 * then what was read may be of either.
 */
export async function forEachProcess(
  { processes, proc, signal, problem }: Pick<Gathering, 'processes' | 'proc' | 'signal' | 'problem'>,
  work: (pid: number, folder: string) => Promise<void>,
): Promise<void> {
  for (const { pid, startNs } of processes) {
    if (signal.aborted) return
    const now = readProcess(proc, pid)
    if (now === undefined || !isSame(now, startNs)) problem(`process ${pid}`, 'it had ended before this was read')
    else {
      await attempt(`process ${pid}`, problem, () => work(pid, `${proc}/${pid}`))
      const after = readProcess(proc, pid)
      if (after === undefined || !isSame(after, startNs)) problem(`process ${pid}`, 'it ended while this was read')
    }
  }
}

/** What the kernel refuses is told; bugs stay what they are. */
export async function attempt(about: string, problem: Gathering['problem'], work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error
    problem(about, reasonOf(error))
  }
}

/** What `reasonOf` says of what is not there, or not any more. */
export const GONE = 'it is gone'

/** In words, without the path of the host. */
export function reasonOf(error: unknown): string {
  const { code, syscall, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ESRCH') return GONE
  return code === undefined ? escapeText(message) : `${code} (${syscall})`
}
