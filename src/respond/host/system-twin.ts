/**
 * Files of the system by content: who copies /bin/sh and runs the copy must not bring it about that a response denies /bin/sh to everybody.
 */
import { type BigIntStats, closeSync, constants, openSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import type { FileContent } from '../native.ts'
import { contentOf } from './digest.ts'
import { neededFiles } from './needed-files.ts'

/** Where systems keep programs; not the folders below them. */
const FOLDERS = [
  ...['/bin', '/sbin', '/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin', '/usr/libexec'],
  ...['/lib', '/lib64', '/usr/lib', '/usr/lib64', '/usr/lib/systemd', '/usr/lib/openssh'],
]

/**
 * Path of another file with this content among the programs of the host, what process 1 and the agent run, and what lies beside that (libraries, /etc). Undefined:
 * there is none. Looks at some thousand files, a folder at a time.
 */
export async function systemTwin(own: Pick<BigIntStats, 'dev' | 'ino'>, content: FileContent, proc: string): Promise<string | undefined> {
  const needed = neededFiles(proc).map(({ at }) => at)
  for (const folder of foldersOf([...FOLDERS, ...needed.map(dirname)])) {
    await turn()
    for (const path of namesIn(folder)) if (await isTwin(path, own, content)) return path
  }
  return undefined
}

/** Each once, however many names lead to it. */
function foldersOf(paths: readonly string[]): ReadonlySet<string> {
  return new Set([...new Set(paths)].flatMap((path) => resolved(path) ?? []))
}

function resolved(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch (error) {
    return ignoreMissing(error)
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name))
  } catch (error) {
    return ignoreMissing(error) ?? []
  }
}

async function isTwin(path: string, own: Pick<BigIntStats, 'dev' | 'ino'>, { bytes, sha256 }: FileContent): Promise<boolean> {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  if (stat === undefined || !stat.isFile() || stat.size !== BigInt(bytes)) return false
  if (stat.dev === own.dev && stat.ino === own.ino) return false
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    return (await contentOf(fd, bytes))?.sha256 === sha256
  } finally {
    closeSync(fd)
  }
}

/** A folder that is not on this host, or went meanwhile. */
function ignoreMissing(error: unknown): undefined {
  const { code } = error as NodeJS.ErrnoException
  if (code === undefined || !['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'ESRCH'].includes(code)) throw error
}
