/** When pid namespaces began, as far as their first processes were seen. */
import type { Process } from '../events/process.ts'
import { createLru } from '../lib/lru.ts'

export interface PidNamespaces {
  /** Looks at a process that was met for the first time. */
  readonly note: (process: Pick<Process, 'vpid' | 'pidNs' | 'startNs'>) => void
  /** ns since boot. */
  readonly startNs: (pidNs: number) => number | undefined
}

const MAX_PID_NAMESPACES = 4096

/** The kernel gives the number of a namespace that is gone to the next one: the later first process is that of the present one. */
export function createPidNamespaces(): PidNamespaces {
  const starts = createLru<number, number>(MAX_PID_NAMESPACES)

  function note({ vpid, pidNs, startNs }: Pick<Process, 'vpid' | 'pidNs' | 'startNs'>): void {
    if (vpid !== 1) return
    const known = starts.get(pidNs)
    if (known === undefined || known < startNs) starts.set(pidNs, startNs)
  }

  return Object.freeze({ note, startNs: starts.get })
}
