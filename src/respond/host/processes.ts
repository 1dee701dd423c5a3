/** Processes as /proc has them, each named by its pid and the tick in which it was forked. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface HostProcess {
  readonly pid: number
  readonly ppid: number
  readonly name: string
  /** `R`, `T`, `Z`… (proc_pid_stat(5)). */
  readonly state: string
  /** Pid of the process that opened its session: all others of the session descend from it. */
  readonly session: number
  /** ns since boot of the beginning of the tick in which it was forked. */
  readonly startNs: number
}

/** USER_HZ is 100 on every architecture that Node runs on. */
const TICK_NS = 1e7
/** A double holds times beyond 104 days to 2 ns, beyond a year to 4. */
const SLACK_NS = 16

/** Undefined when it is gone. */
export function readProcess(proc: string, pid: number): HostProcess | undefined {
  try {
    return parse(pid, readFileSync(join(proc, String(pid), 'stat'), 'latin1'))
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

/** The name stands in brackets, and may hold some. */
function parse(pid: number, stat: string): HostProcess | undefined {
  const end = stat.lastIndexOf(')')
  const [state = '', ppid, , session, , , , , , , , , , , , , , , , start] = stat.slice(end + 2).split(' ')
  if (end < 0 || start === undefined) return undefined
  const name = stat.slice(stat.indexOf('(') + 1, end)
  return { pid, ppid: Number(ppid), name, state, session: Number(session), startNs: Number(start) * TICK_NS }
}

/** All that live; who has ended and was not waited for does not. */
export function livingProcesses(proc: string): readonly HostProcess[] {
  return readdirSync(proc)
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(proc, Number(name)) ?? [])
    .filter(lives)
}

const lives = ({ state }: HostProcess): boolean => state !== 'Z' && state !== 'X'

/** Whether it is the process that was forked then. */
export const isSame = (process: Pick<HostProcess, 'startNs'>, startNs: number): boolean =>
  startNs + SLACK_NS >= process.startNs && startNs < process.startNs + TICK_NS + SLACK_NS

/** Undefined when that process is gone, or ended and was not waited for, or another has its pid. */
export function findProcess(proc: string, { pid, startNs }: Pick<HostProcess, 'pid' | 'startNs'>): HostProcess | undefined {
  const found = readProcess(proc, pid)
  return found !== undefined && lives(found) && isSame(found, startNs) ? found : undefined
}

/** ESRCH: it ended between open and read. */
export const isGone = (error: unknown): boolean => ['ENOENT', 'ESRCH', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')
