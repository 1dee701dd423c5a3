/** Whom an action is about: what a finding or a person names. Everything here is checked again by the action when it acts. */
import type { FileIdentity } from './native.ts'

export interface ProcessSubject {
  readonly pid: number
  /** ns since boot at which it was forked: with the pid it names the process for ever. */
  readonly startNs: number
  readonly name: string
  /** Empty when it is not known. */
  readonly exePath: string
}

export interface ContainerSubject {
  /** As the runtime names it: 64 hex digits mostly, or its first twelve. */
  readonly id: string
  readonly name: string | undefined
  readonly image: string | undefined
  readonly pod: PodSubject | undefined
}

export interface PodSubject {
  readonly namespace: string
  readonly name: string
  readonly uid: string | undefined
}

export interface AddressSubject {
  /** IPv4 or IPv6, or a network in CIDR form. */
  readonly ip: string
  /** Undefined: every port. */
  readonly port: number | undefined
}

export interface ActionSubject {
  readonly hostname: string
  readonly findingId: string | undefined
  readonly process: ProcessSubject | undefined
  readonly container: ContainerSubject | undefined
  /** Path of a file as the process's root sees it; with a process it is looked up below `/proc/<pid>/root`. */
  readonly file: string | undefined
  /** Which file that was, where it is known: what has its name by now may be another. */
  readonly fileId?: FileIdentity | undefined
  readonly address: AddressSubject | undefined
}
