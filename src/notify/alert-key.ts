import { createHash } from 'node:crypto'
import type { Finding } from '../findings/finding.ts'

/** The same for findings that Tarsier holds to be equal, on the same host: services that keep alerts make one of them. Bounded, and free of hostile bytes. */
export function alertKeyOf({ hostname, foldKey }: Finding): string {
  return `tarsier-${createHash('sha256').update(hostname).update('\0').update(foldKey).digest('hex').slice(0, 40)}`
}
