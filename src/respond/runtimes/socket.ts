/** Sockets of runtimes. Whoever can put one in their place would decide what is told of containers. */
import { statSync } from 'node:fs'
import { AppError } from '../../lib/app-error.ts'
import type { RuntimeName } from './runtime.ts'

/** False where there is none. Throws AppError RUNTIME_FAILED for a socket that is neither root's nor of who runs this. */
export function hasSocket(runtime: RuntimeName, path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined || !stat.isSocket()) return false
  if (stat.uid !== 0 && stat.uid !== process.getuid?.())
    throw new AppError('RUNTIME_FAILED', { runtime, place: path, reason: `the socket is of user ${stat.uid}, not of root` })
  return true
}
