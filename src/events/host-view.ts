/** What enrich lets fields look up beside the event and its process. All of it comes from what was observed; nothing asks the network. */
import type { Process } from './process.ts'

export interface ProcessUsage {
  readonly threads: number
  readonly vmSizeKb: number
  readonly vmRssKb: number
  readonly vmSwapKb: number
  readonly openFiles: number
  /** -1 when there is no limit. */
  readonly openFilesLimit: number
  /** Undefined when the thread is gone. */
  readonly thread: ThreadUsage | undefined
}

export interface ThreadUsage {
  readonly minorFaults: number
  readonly majorFaults: number
  /** Share of one CPU in percent, since it was last asked or since the thread began; over one second at least. */
  readonly cpuUser: number
  readonly cpuSystem: number
}

export interface HostView {
  readonly hostname: string
  /** ns since 1970 at which the host booted: add it to a time since boot. */
  readonly bootTimeNs: number
  /** The process of that pid in the root pid namespace; with `startNs` (not 0) only that very one. */
  readonly process: (pid: number, startNs: number) => Process | undefined
  /**
   * What a living process uses of the host, and one of its threads (by its id): at most a second older than `timeNs` (since boot).
   * Undefined when it is gone, or when too much was asked in this second.
   */
  readonly usage: (pid: number, startNs: number, tid: number, timeNs: number) => ProcessUsage | undefined
  /** When the agent or the recording began, ns since boot: the time of the first event. */
  readonly startedNs: number
  /** The name that a DNS answer seen on this host gave for an address (canonical text); undefined when none was seen. */
  readonly domainOf: (address: string) => string | undefined
  /** `path`, or where rules know the file of that inode (`dev` as records have it) by another full path, that one. */
  readonly fileNameOf: (dev: number, ino: number, path: string) => string
  /** When the first process of a pid namespace started, ns since boot; undefined when that was not seen. */
  readonly pidNamespaceStartNs: (pidNs: number) => number | undefined
}
