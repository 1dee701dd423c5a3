/** A process as history keeps it: one record per program that it ran and per change of its rights; events name the record. */
export interface ProcessRecord {
  /** Names this state of the process on this host: `<pid>@<startNs>#<number>`. Numbers of one process grow; none is used twice. */
  readonly id: string
  /** `<pid>@<startNs>` (ns since boot), as in findings. */
  readonly processKey: string
  readonly parentKey: string | undefined
  readonly hostname: string
  /** ns since 1970: since when it is in this state. */
  readonly timeNs: number
  readonly pid: number
  readonly ppid: number
  readonly name: string
  readonly exePath: string
  readonly cmdline: string
  readonly user: string
  readonly uid: number
  readonly containerId: string | undefined
  readonly containerName: string | undefined
  readonly image: string | undefined
  /** ns since 1970 of the fork. */
  readonly startedNs: number
  /** Fields of the language that follow from the process alone (proc.*, user.*, group.*, container.*, k8s.*), flat, as in the tests of rules. */
  readonly fields: Readonly<Record<string, unknown>>
}

/** The process has ended. */
export interface ProcessExit {
  readonly processKey: string
  readonly hostname: string
  /** ns since 1970. */
  readonly timeNs: number
}
