import { readlinkSync } from 'node:fs'

/** Number of the mount namespace of the host; 0 where none can be looked at. Where process 1 may not be looked at, the agent is taken to be on the host. */
export function hostMountNamespace(): number {
  for (const pid of ['1', 'self'])
    try {
      return Number(/\d+/.exec(readlinkSync(`/proc/${pid}/ns/mnt`))?.[0] ?? 0)
    } catch {
      // Hidden from us.
    }
  return 0
}
