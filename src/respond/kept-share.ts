/** Where below a folder things of one workload are kept, so that it can use up no other's room: what it makes somebody keep goes before what others have less of. */
import { createHash } from 'node:crypto'

/** A name of one folder: 12 digits of the container, or `host`. Who names his container something else gets digits of that. */
export function shareOf(containerId: string | undefined): string {
  if (containerId === undefined) return 'host'
  const id = /^[0-9a-f]{64}$/.test(containerId) ? containerId : createHash('sha256').update(containerId).digest('hex')
  return id.slice(0, 12)
}
