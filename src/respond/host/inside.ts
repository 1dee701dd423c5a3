/**
 * Files as a process sees them, whose tree its owner may change at any moment: each folder of a path is opened below the one before it, and no link is followed,
 * so that nothing leads out of the process's root.
 */
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { ActionContext } from '../action.ts'
import type { FileIdentity } from '../native.ts'
import type { ActionSubject } from '../subject.ts'
import { failed } from './failures.ts'
import { type Mounts, mountsOf } from './mounts.ts'
import { neededFile } from './needed-files.ts'
import { findProcess } from './processes.ts'
import { membersOf } from './workload.ts'

/** A folder that is open, and the name of a file in it. */
export interface Place {
  readonly folder: number
  readonly name: string
  readonly mounts: Mounts
}

/** From <fcntl.h>; the same on every architecture but some that Node does not run on. Opens a folder without the right to read it. */
const O_PATH = 0o10000000
const MAX_PARTS = 256

/** Opens the folder of `path` below `root` (`/proc/PID/root`) for the time of `work`. A path that is none, or leads over a link, is the action's failure. */
export async function inside<T>(root: string, path: string, action: string, work: (place: Place) => Promise<T> | T): Promise<T> {
  try {
    return await atPlace(root, path, work)
  } catch (error) {
    if (error instanceof RangeError) throw failed(action, `${path}: ${error.message}`)
    const { code } = error as NodeJS.ErrnoException
    throw code === 'ELOOP' || code === 'ENOTDIR' ? failed(action, `${path} leads over a link, or through what is no folder`) : error
  }
}

/** Throws errors of the file system (ELOOP or ENOTDIR where a part of it is a link), and RangeError. */
async function atPlace<T>(root: string, path: string, work: (place: Place) => Promise<T> | T): Promise<T> {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  const name = parts.pop()
  if (name === undefined || name.includes('\0') || parts.length > MAX_PARTS || [...parts, name].includes('..'))
    throw new RangeError('not the full path of a file')
  const mounts = mountsOf(root)
  let folder = openSync(root, O_PATH | constants.O_DIRECTORY)
  try {
    mustAnswer(mounts, folder)
    for (const part of parts) {
      const next = openSync(within({ folder, name: part }), O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW)
      closeSync(folder)
      folder = next
      mustAnswer(mounts, folder)
    }
    return await work({ folder, name, mounts })
  } finally {
    closeSync(folder)
  }
}

/** A path for the calls of node:fs, that leads through the open folder. */
export const within = ({ folder, name }: Pick<Place, 'folder' | 'name'>): string => `/proc/self/fd/${folder}/${name}`

/** Of the file itself, were it a link. Undefined when nothing has that name. */
export const statOf = (place: Place): BigIntStats | undefined => held(place, (fd) => fstatSync(fd, { bigint: true }))

/** To read; undefined where that is no regular file. What was looked at is what is opened. The caller closes it. */
export const openRegular = (place: Place): number | undefined =>
  held(place, (fd) => (fstatSync(fd).isFile() ? openSync(`/proc/self/fd/${fd}`, constants.O_RDONLY | constants.O_NONBLOCK) : undefined))

/** Holds it without opening it: opening a device does something, and opening what a process serves waits for that process. */
function held<T>(place: Place, work: (fd: number) => T): T | undefined {
  const fd = holdOrNone(within(place))
  if (fd === undefined) return undefined
  try {
    mustAnswer(place.mounts, fd)
    return work(fd)
  } finally {
    closeSync(fd)
  }
}

function holdOrNone(path: string): number | undefined {
  try {
    return openSync(path, O_PATH | constants.O_NOFOLLOW)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Throws RangeError. */
function mustAnswer(mounts: Mounts, fd: number): void {
  if (!mounts.isKernels(fd)) throw new RangeError('it is of a file system that a process serves, which could hold up the agent')
}

export const isSameFile = (a: Pick<BigIntStats, 'dev' | 'ino'>, b: Pick<BigIntStats, 'dev' | 'ino'>): boolean =>
  a.dev === b.dev && a.ino === b.ino

export interface Root {
  readonly path: string
  /** Only this file is meant, should it lie at the path; undefined: whatever lies there. */
  readonly only: FileIdentity | undefined
}

/**
 * The root that the subject's path is meant below: of its process, or, if that has ended, of any other of its container; the host's where it names neither. Where
 * the process has ended, its path may have been one of a file system of its own: of the host's files only the one that the event was about counts. Throws
 * AppError ACTION_FAILED where all have ended that could show it.
 */
export function rootOf({ process, container, fileId }: ActionSubject, { proc }: Pick<ActionContext, 'proc'>, action: string): Root {
  if (process !== undefined && findProcess(proc, process) !== undefined)
    return { path: seesOurs(proc, process.pid) ? '/' : join(proc, String(process.pid), 'root'), only: undefined }
  if (container !== undefined) {
    const [member] = membersOf(proc, container.id, undefined)
    if (member === undefined) throw failed(action, 'the container has ended, and its files cannot be seen any more')
    return { path: join(proc, String(member.pid), 'root'), only: undefined }
  }
  if (process !== undefined && fileId === undefined)
    throw failed(action, `process ${process.pid} has ended, and nothing tells whether its path is one of the host’s`)
  return { path: '/', only: process === undefined ? undefined : fileId }
}

/** Throws AppError ACTION_FAILED for another file than the one that is meant, and for one without which nothing goes on. */
export function mustBeMeant(
  { only }: Root,
  stat: Pick<BigIntStats, 'dev' | 'ino'>,
  { action, proc }: { readonly action: string } & Pick<ActionContext, 'proc'>,
): void {
  if (only !== undefined && (stat.dev !== BigInt(only.dev) || stat.ino !== BigInt(only.ino)))
    throw failed(action, 'its process has ended, and the host’s file of that path is not the one that it was about')
  const needed = neededFile(stat, proc)
  if (needed !== undefined) throw failed(action, `it is ${needed}, without which the host or the agent does not go on`)
}

/** The files that the agent sees, by the same names: they can be named when the process has ended, too. */
function seesOurs(proc: string, pid: number): boolean {
  const at = (who: string, name: string): string => readlinkSync(join(proc, who, name))
  return at(String(pid), 'root') === '/' && at(String(pid), 'ns/mnt') === at('self', 'ns/mnt')
}
