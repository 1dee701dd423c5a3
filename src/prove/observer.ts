/** What runs in sandboxes is given: the sensor and the rules, as a runner sees them. */
import type { Finding } from '../findings/finding.ts'

export interface Told {
  readonly finding: Finding
  /** When the rules had found it, on the clock of events, ns since 1970. */
  readonly atNs: number
}

export interface Observer {
  /** Keeps what is found of the process and all that descend from it, from now on. */
  readonly watch: (pid: number) => Watched
  /** Resolves when all that happened before the call has been through the rules. */
  readonly settle: () => Promise<void>
}

export interface Watched {
  readonly told: () => readonly Told[]
  readonly end: () => void
}

export interface Sandboxes {
  readonly observer: Observer
  /** Begins the name of every container. Nobody else's control group has it. */
  readonly prefix: string
  /** True once a signal asked for the end: nothing more begins then. */
  readonly stopped: () => boolean
}
