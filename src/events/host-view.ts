/** What enrich lets fields look up beside the event and its process. All of it comes from what was observed; nothing asks the network. */
import type { Process } from './process.ts'

export interface HostView {
  readonly hostname: string
  /** ns since 1970 at which the host booted: add it to a time since boot. */
  readonly bootTimeNs: number
  /** The process of that pid in the root pid namespace; with `startNs` (not 0) only that very one. */
  readonly process: (pid: number, startNs: number) => Process | undefined
  /** The name that a DNS answer seen on this host gave for an address (canonical text); undefined when none was seen. */
  readonly domainOf: (address: string) => string | undefined
  /** `path`, or where rules know the file of that inode (`dev` as records have it) by another full path, that one. */
  readonly fileNameOf: (dev: number, ino: number, path: string) => string
  /** When the first process of a pid namespace started, ns since boot; undefined when that was not seen. */
  readonly pidNamespaceStartNs: (pidNs: number) => number | undefined
}
