/** Brings a process up to date with the header of a record of its own. Runs for every event: bench/enrich.ts. */
import { headerOffset } from '../events/layout.ts'
import type { HeaderRecord } from '../events/records.gen.ts'
import { type Comm, type Credentials, commAt, createInterner, type Interner, type Namespaces } from './interned.ts'
import type { ProcessNode } from './process-node.ts'

const PID = headerOffset('pid')
const TID = headerOffset('tid')
const PPID = headerOffset('ppid')
const UID = headerOffset('uid')
const GID = headerOffset('gid')
const EUID = headerOffset('euid')
const EGID = headerOffset('egid')
const LOGINUID = headerOffset('loginuid')
const SID = headerOffset('sid')
const TTY = headerOffset('tty')
const PID_NS = headerOffset('pidNs')
const MNT_NS = headerOffset('mntNs')
const USER_NS = headerOffset('userNs')
const NET_NS = headerOffset('netNs')
const COMM = headerOffset('comm')
const START = headerOffset('startNs')
const CGROUP = headerOffset('cgroupId')
const HIGH = 0x1_0000_0000

export type NamespaceIds = Pick<Namespaces, 'pidNs' | 'mntNs' | 'userNs' | 'netNs'>

export interface HeaderReader {
  readonly commOf: (record: HeaderRecord) => Comm
  readonly credentialsOf: (record: HeaderRecord) => Credentials
  readonly namespacesOf: (record: HeaderRecord) => Namespaces
  readonly namespaces: (ids: NamespaceIds) => Namespaces
  readonly credentials: (uid: number, gid: number, euid: number, egid: number, loginuid: number) => Credentials
  /** Writes what changed into the node. */
  readonly sync: (node: ProcessNode, record: HeaderRecord) => void
}

const MAX_INTERNED = 4096

export const pidAt = (view: DataView, at: number): number => view.getUint32(at + PID, true)
export const startAt = (view: DataView, at: number): number =>
  view.getUint32(at + START, true) + view.getUint32(at + START + 4, true) * HIGH

/** `onCgroup` hears of a node whose cgroup id changed. */
export function createHeaderReader(onCgroup: (node: ProcessNode, cgroupId: number, timeNs: number) => void): HeaderReader {
  const comms: Interner<Comm> = createInterner(MAX_INTERNED)
  const credentialSets: Interner<Credentials> = createInterner(MAX_INTERNED)
  const namespaceSets: Interner<Namespaces> = createInterner(MAX_INTERNED)

  function commOf({ batch, at }: HeaderRecord): Comm {
    const made = commAt(batch.view, at + COMM)
    return comms(made.text, () => made)
  }

  function credentials(uid: number, gid: number, euid: number, egid: number, loginuid: number): Credentials {
    return credentialSets(`${uid},${gid},${euid},${egid},${loginuid}`, () => ({ uid, gid, euid, egid, loginuid }))
  }

  function namespaces({ pidNs, mntNs, userNs, netNs }: NamespaceIds): Namespaces {
    return namespaceSets(`${pidNs},${mntNs},${userNs},${netNs}`, () => ({ pidNs, mntNs, userNs, netNs, known: undefined }))
  }

  const credentialsOf = (record: HeaderRecord) => credentials(record.uid, record.gid, record.euid, record.egid, record.loginuid)
  const namespacesOf = (record: HeaderRecord) => namespaces(record)

  function sync(node: ProcessNode, record: HeaderRecord): void {
    const { view } = record.batch
    const { at } = record
    if (view.getUint32(at + TID, true) === node.pid && !isSameName(node.name, view, at + COMM)) {
      node.name = commOf(record)
      node.changes++
    }
    if (!areSameCredentials(node.credentials, view, at)) {
      node.credentials = credentialsOf(record)
      node.changes++
    }
    if (!areSameNamespaces(node.namespaces, view, at)) {
      node.namespaces = namespacesOf(record)
      node.changes++
    }
    syncNumbers(node, view, at)
    const cgroupId = view.getUint32(at + CGROUP, true) + view.getUint32(at + CGROUP + 4, true) * HIGH
    if (cgroupId !== node.cgroupId) {
      onCgroup(node, cgroupId, record.timeNs)
      node.changes++
    }
  }

  function syncNumbers(node: ProcessNode, view: DataView, at: number): void {
    const sid = view.getUint32(at + SID, true)
    const tty = view.getUint32(at + TTY, true)
    if (sid !== node.sid || tty !== node.tty) {
      node.sid = sid
      node.tty = tty
      node.changes++
    }
    node.ppid = view.getUint32(at + PPID, true)
  }

  return Object.freeze({ commOf, credentialsOf, namespacesOf, namespaces, credentials, sync })
}

function isSameName(name: Comm, view: DataView, at: number): boolean {
  return (
    view.getInt32(at, true) === name.a &&
    view.getInt32(at + 4, true) === name.b &&
    view.getInt32(at + 8, true) === name.c &&
    view.getInt32(at + 12, true) === name.d
  )
}

function areSameCredentials(known: Credentials, view: DataView, at: number): boolean {
  return (
    view.getUint32(at + EUID, true) === known.euid &&
    view.getUint32(at + UID, true) === known.uid &&
    view.getUint32(at + EGID, true) === known.egid &&
    view.getUint32(at + GID, true) === known.gid &&
    view.getUint32(at + LOGINUID, true) === known.loginuid
  )
}

function areSameNamespaces(known: Namespaces, view: DataView, at: number): boolean {
  return (
    view.getUint32(at + MNT_NS, true) === known.mntNs &&
    view.getUint32(at + PID_NS, true) === known.pidNs &&
    view.getUint32(at + USER_NS, true) === known.userNs &&
    view.getUint32(at + NET_NS, true) === known.netNs
  )
}
