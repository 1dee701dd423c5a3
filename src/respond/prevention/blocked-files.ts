/** The files that are blocked, as long as the agent lives: what the helper is told of them, and told again when it has started anew. */
import { closeSync } from 'node:fs'
import { constants } from 'node:os'
import type { FileContent, FileDenial, FileToDeny, Native } from '../native.ts'
import type { Candidate, FileAnswer } from './messages.ts'
import type { FileOrder } from './orders.ts'

const { ECANCELED, ENOENT, ENOSPC, ETIMEDOUT } = constants.errno

export interface BlockedFilesOptions {
  /** Sees to it that a helper runs. */
  readonly start: () => void
  /** To the helper that runs. Returns 0 or an errno. */
  readonly send: (order: FileOrder, fd: number | undefined) => number
  /** A helper that started anew denies it no more, or only copies of it. */
  readonly onLost: (path: string, denial: Pick<FileDenial, 'errno' | 'byContent'>) => void
}

export interface BlockedFile extends Pick<FileToDeny, 'key' | 'path' | 'again'> {
  readonly id: number
  readonly content: FileContent | undefined
}

export interface BlockedFiles extends Required<Pick<Native, 'denyFile' | 'allowFile' | 'lookAtFile'>> {
  /** The one that a process was denied. */
  readonly of: (id: number) => BlockedFile | undefined
  readonly count: () => number
  /** A helper has started: it is told of all. */
  readonly tellAll: () => Promise<void>
  readonly onFile: (answer: FileAnswer) => void
  /** The helper is gone, and what was asked of it stays unanswered. */
  readonly onEnded: () => void
}

/** As many as the helper takes. */
const MAX_FILES = 256
const ANSWER_MS = 5000
const NOTHING: FileDenial = { errno: 0, before: false, byInode: false, byContent: false, watched: 0, refused: 0 }

export function createBlockedFiles({ start, send, onLost }: BlockedFilesOptions): BlockedFiles {
  const files = new Map<string, BlockedFile>()
  const open = new Map<number, (denial: FileDenial) => void>()
  let lastId = 0
  let lastRequest = 0

  function ask(kind: FileOrder['kind'], { id, content }: Pick<BlockedFile, 'id' | 'content'>, fd?: number): Promise<FileDenial> {
    const { promise, resolve } = Promise.withResolvers<FileDenial>()
    const request = ++lastRequest
    const timer = setTimeout(() => answer(request, { ...NOTHING, errno: ETIMEDOUT }), ANSWER_MS)
    open.set(request, (denial) => {
      clearTimeout(timer)
      resolve(denial)
    })
    const errno = send({ kind, request, id, content: kind === 'block' ? content : undefined }, fd)
    if (errno !== 0) answer(request, { ...NOTHING, errno })
    return promise
  }

  function answer(request: number, denial: FileDenial): void {
    open.get(request)?.(denial)
    open.delete(request)
  }

  async function denyFile({ key, path, fd, content, again }: FileToDeny): Promise<FileDenial> {
    const known = files.get(key)
    if (known === undefined && files.size >= MAX_FILES) return { ...NOTHING, errno: ENOSPC }
    // One action may be about the file alone, and another about copies of it, too.
    const file = { key, path, content: content ?? known?.content, again, id: known?.id ?? ++lastId }
    start()
    files.set(key, file)
    const denial = await ask('block', file, fd)
    if (denial.errno !== 0 && known === undefined && files.get(key) === file) {
      files.delete(key)
      // It may come to it yet, and nobody would take that back.
      if (denial.errno === ETIMEDOUT) void ask('let', file)
    }
    return { ...denial, before: known !== undefined }
  }

  async function allowFile(key: string): Promise<number> {
    const file = files.get(key)
    if (file === undefined) return ENOENT
    const { errno } = await ask('let', file)
    if (errno === ETIMEDOUT) return errno
    // Where no helper runs nobody denies it, and the next one is not told of it.
    files.delete(key)
    return 0
  }

  async function lookAtFile(key: string, fd: number): Promise<FileDenial> {
    const file = files.get(key)
    return file === undefined ? { ...NOTHING, errno: ENOENT } : ask('look', file, fd)
  }

  async function tellAll(): Promise<void> {
    for (const file of [...files.values()]) {
      const fd = await file.again()
      try {
        if (files.get(file.key) !== file) continue
        const denial = await ask('block', file, fd)
        if (!denial.byInode) onLost(file.path, denial)
      } finally {
        if (fd !== undefined) closeSync(fd)
      }
    }
  }

  return Object.freeze({
    ...{ denyFile, allowFile, lookAtFile, tellAll },
    of: (id: number) => [...files.values()].find((file) => file.id === id),
    count: () => files.size,
    onFile: ({ kind: _, request, ...denial }: FileAnswer) => answer(request, { ...denial, before: false }),
    onEnded: () => {
      for (const request of [...open.keys()]) answer(request, { ...NOTHING, errno: ECANCELED })
    },
  } satisfies BlockedFiles)
}

/** It has another inode than the file that was blocked. */
export const isCopy = ({ key }: BlockedFile, { dev, ino }: Pick<Candidate, 'dev' | 'ino'>): boolean => key !== keyOf(dev, ino)

/** `dev`: as the kernel has it, `(major << 20) | minor`. */
const keyOf = (dev: number, ino: number): string => `${Math.floor(dev / 2 ** 20)}:${dev % 2 ** 20}:${ino}`
