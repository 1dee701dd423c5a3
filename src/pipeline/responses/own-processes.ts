/** Which processes are Tarsier: the agent, and the server of its state, whoever started that. */
import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs'
import { join } from 'node:path'
import { LOCK_FILE } from '../../store/lock.ts'

/**
 * The server is whoever holds the lock of the store, as the kernel says: a file with a number in it would outlive it. Children of these are Tarsier, too
 * (the helper of prevention, and the server where the agent runs it).
 */
export function ownProcesses(state: string, proc = '/proc'): readonly number[] {
  const lock = statSync(join(state, 'store', LOCK_FILE), { throwIfNoEntry: false })
  return [process.pid, ...(lock === undefined ? [] : holdersOf(lock, proc))]
}

/** Lines as `1: POSIX  ADVISORY  WRITE 4711 fe:00:260072 0 EOF` (proc_locks(5)); the device there is not stat's on every file system. */
function holdersOf(lock: Stats, proc: string): readonly number[] {
  const holders = readFileSync(join(proc, 'locks'), 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, kind, , , pid, file]) => kind === 'POSIX' && Number(pid) > 0 && file?.split(':')[2] === String(lock.ino))
    .map(([, , , , pid]) => Number(pid))
  return [...new Set(holders)].filter((pid) => hasOpen(join(proc, String(pid), 'fd'), lock))
}

function hasOpen(folder: string, { dev, ino }: Stats): boolean {
  try {
    return readdirSync(folder).some((fd) => {
      const stat = statSync(join(folder, fd), { throwIfNoEntry: false })
      return stat?.ino === ino && stat.dev === dev
    })
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}
