/** Who lets go on what is held still when this process is killed in the midst of it: a shell that waits for its end, and costs nothing until then. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { HostProcess } from '../host/processes.ts'

const SCRIPT = fileURLToPath(new URL('thaw.sh', import.meta.url))
const TICK_NS = 1e7

export interface ThawWatch {
  /** Before it is stopped. */
  readonly add: (process: Pick<HostProcess, 'pid' | 'startNs'>) => void
  /** It need not watch any more. */
  readonly end: () => void
}

/** Of a control group, or else of processes. `onFailed`: nobody watches, and why. */
export function watchThaw(folder: string | undefined, onFailed: (reason: string) => void): ThawWatch {
  const args = folder === undefined ? [] : [folder]
  // In a session of its own: Ctrl-C is for the capture alone.
  const watch = spawn('/bin/sh', [SCRIPT, ...args], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  watch.on('error', ({ message }) => onFailed(message))
  watch.stdin.on('error', () => undefined) // it ended: that is told above
  watch.unref()
  return Object.freeze({
    add: ({ pid, startNs }: Pick<HostProcess, 'pid' | 'startNs'>) => void watch.stdin.write(`${pid} ${startNs / TICK_NS}\n`),
    end: () => void watch.stdin.end('done\n'),
  })
}
