/** Where processes stood before they were moved into a control group of ours, on the disk: they go back there, also by the hand of a later agent. */
import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { ActionContext } from '../action.ts'
import { moveInto } from './cgroups.ts'
import { isGone, readProcess } from './processes.ts'

interface Place {
  readonly proc: string
  readonly state: string
}

/** A family is no deeper, or goes back where the others do. */
const MAX_ANCESTORS = 64

const fileOf = (state: string, folder: string): string => join(state, 'respond', `${basename(folder)}.from`)

/** `origin`: its control group before. A disk that is full holds nothing up: it is said, and the process goes back to where the others do. */
export function noteOrigin(
  { state, log }: Pick<ActionContext, 'state' | 'log'>,
  folder: string,
  { pid, startNs, origin }: Named & { readonly origin: string },
): void {
  const path = fileOf(state, folder)
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    appendFileSync(path, `${JSON.stringify([pid, startNs, origin])}\n`, { mode: 0o600 })
  } catch (error) {
    log.warning('where a process stood cannot be written down: it may not go back there', { pid, origin, reason: (error as Error).message })
  }
}

interface Named {
  readonly pid: number
  readonly startNs: number
}

export function forgetOrigins(state: string, folder: string): void {
  rmSync(fileOf(state, folder), { force: true })
}

/** Where a process of the group goes when it is let out: where it was, or an ancestor of it; else where the first of them was, else the folder above. */
export function originsOf(folder: string, { proc, state }: Place): (pid: number) => string {
  const known = new Map(readNotes(fileOf(state, folder)).map(([pid, startNs, origin]) => [`${pid}@${startNs}`, origin]))
  const [usual = dirname(folder)] = known.values()
  return (pid) => {
    for (let at = readProcess(proc, pid), left = MAX_ANCESTORS; at !== undefined && left > 0; at = readProcess(proc, at.ppid), left--) {
      const origin = known.get(`${at.pid}@${at.startNs}`)
      if (origin !== undefined) return origin
    }
    return usual
  }
}

/** False where its place is gone, or takes no processes any more (cgroups(7), "no internal processes"). */
export function moveBack(origin: string, pid: number): boolean {
  try {
    moveInto(origin, pid)
    return true
  } catch (error) {
    if (isGone(error) || ['EBUSY', 'EOPNOTSUPP', 'ENODEV'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}

/** None of a line that was written in part: the agent was killed at it, or the disk was full. Who stood there goes where the others do. */
function noteOf(line: string): readonly Note[] {
  try {
    return [JSON.parse(line) as Note]
  } catch {
    return []
  }
}

type Note = readonly [pid: number, startNs: number, origin: string]

function readNotes(path: string): readonly Note[] {
  try {
    return readFileSync(path, 'utf8').split('\n').flatMap(noteOf)
  } catch (error) {
    if (isGone(error)) return []
    throw error
  }
}
