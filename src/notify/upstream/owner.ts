/** One agent alone may write to a state folder: its process stands in a file there. */
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from '../../lib/app-error.ts'

/** Returns how to let go of it. Throws AppError UPSTREAM_IN_USE while another process that lives has it, FILE_UNWRITABLE. */
export function takeOwnership(path: string): () => void {
  const me = `${process.pid} ${startOf(process.pid)}`
  if (!write(path, me)) {
    const owner = read(path)
    if (owner !== undefined && startOf(owner.pid) === owner.start) throw new AppError('UPSTREAM_IN_USE', { path, pid: owner.pid })
    rmSync(path, { force: true }) // of a process that was killed
    if (!write(path, me)) throw new AppError('UPSTREAM_IN_USE', { path, pid: '?' })
  }
  return () => rmSync(path, { force: true })
}

/** False when the file is there. A link appears with all that is in it, or not at all. */
function write(path: string, text: string): boolean {
  const beside = `${path}.${process.pid}`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    rmSync(beside, { force: true })
    writeFileSync(beside, text, { flag: 'wx', mode: 0o600 })
    linkSync(beside, path)
    return true
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw new AppError('FILE_UNWRITABLE', { path, reason: (cause as Error).message }, { cause })
  } finally {
    rmSync(beside, { force: true })
  }
}

function read(path: string): { readonly pid: number; readonly start: string } | undefined {
  try {
    const [, pid, start] = /^(\d+) (\d+)$/.exec(readFileSync(path, 'utf8')) ?? []
    return start === undefined ? undefined : { pid: Number(pid), start }
  } catch {
    return undefined // let go of meanwhile
  }
}

/** When a process began, in clock ticks since boot; empty when there is none. The name before it may hold anything. */
function startOf(pid: number): string {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return status.slice(status.lastIndexOf(')') + 2).split(' ')[START] ?? ''
  } catch {
    return ''
  }
}

/** Field 22 of /proc/PID/stat, counted behind the name. */
const START = 19
