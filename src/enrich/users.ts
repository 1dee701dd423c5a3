/** Names of users and groups as a process's own mount namespace has them, for the ids that the host counts. */
import type { UserEntry, UserNames } from '../events/process.ts'
import { createLru } from '../lib/lru.ts'
import type { AccountFiles, HostReader } from './host-reader.ts'
import type { KnownNames, Namespaces } from './interned.ts'

/** The process that asks: any of a mount namespace may be read for all of it. */
export interface Asker {
  readonly pid: number
  readonly namespaces: Namespaces
}

/** Mount namespaces whose names are remembered. */
const CAPACITY = 1024
/** So long (ns) an answer stands before the files are looked at again. */
const FRESH_NS = 5e9
const MAX_ENTRIES = 65_536
const MAX_NAME = 256

const NOBODY: UserNames = Object.freeze({ user: () => undefined, group: () => undefined })

/**
 * Names of the processes of a mount namespace; of a new one there are none until the answer comes, a moment later. `timeNs`: now, since
 * boot.
 */
export type Users = (asker: Asker, timeNs: number) => UserNames

export function createUsers(host: HostReader): Users {
  const known = createLru<number, KnownNames>(CAPACITY)

  /** Two user namespaces may share a mount namespace, but then they share its files and differ in their maps. */
  function knownOf({ mntNs, userNs }: Namespaces): KnownNames {
    const key = mntNs * 0x1_0000 + (userNs % 0x1_0000)
    const entry = known.get(key) ?? { names: NOBODY, version: undefined, untilNs: 0 }
    known.set(key, entry)
    return entry
  }

  return ({ pid, namespaces }, timeNs) => {
    namespaces.known ??= knownOf(namespaces)
    const entry = namespaces.known
    if (timeNs >= entry.untilNs) look(host, pid, namespaces.mntNs, entry, timeNs)
    return entry.names
  }
}

function look(host: HostReader, pid: number, mntNs: number, entry: KnownNames, timeNs: number): void {
  entry.untilNs = timeNs + FRESH_NS
  host.accounts(pid, mntNs, (files) => {
    if (files === undefined || files.version === entry.version) return
    entry.names = readNames(files)
    entry.version = files.version
  })
}

/** Hostile text: lines of another form, ids out of range and names too long are left out; of two lines the first counts. */
function readNames({ passwd, group, uidMap, gidMap }: AccountFiles): UserNames {
  const users = new Map<number, UserEntry>()
  for (const [name, , uid, , , home = '', shell = ''] of entriesOf(passwd))
    addFirst(users, uid, { name: cut(name), home: cut(home), shell: cut(shell) })
  const groups = new Map<number, string>()
  for (const [name, , gid] of entriesOf(group)) addFirst(groups, gid, cut(name))
  const insideUid = idMapper(uidMap)
  const insideGid = idMapper(gidMap)
  return Object.freeze({
    user: (uid: number) => users.get(insideUid(uid) ?? -1),
    group: (gid: number) => groups.get(insideGid(gid) ?? -1),
  })
}

function entriesOf(text: string): string[][] {
  return text
    .split('\n', MAX_ENTRIES)
    .map((line) => line.split(':', 8))
    .filter(([name, , id]) => name !== undefined && name !== '' && id !== undefined && /^\d{1,10}$/.test(id))
}

function addFirst<T>(map: Map<number, T>, id: string | undefined, value: T): void {
  const number = Number(id)
  if (number <= 0xffff_ffff && !map.has(number)) map.set(number, value)
}

const cut = (text: string | undefined): string => (text ?? '').slice(0, MAX_NAME)

/**
 * From ids as the host counts them to those inside the user namespace. `map`: lines `inside outside count` (user_namespaces(7));
 * empty or the identity map changes nothing. Undefined for an id that the namespace does not have.
 */
function idMapper(map: string): (id: number) => number | undefined {
  const ranges = map
    .split('\n', MAX_RANGES)
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter((range) => range.length === 3 && range.every(Number.isSafeInteger))
  if (ranges.length === 0) return (id) => id
  return (id) => {
    for (const [inside = 0, outside = 0, count = 0] of ranges) if (id >= outside && id - outside < count) return inside + id - outside
    return undefined
  }
}

/** The kernel allows 340 lines. */
const MAX_RANGES = 340
