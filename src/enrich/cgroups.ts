/** What is known of cgroups, by their text and by their id. */
import { createLru } from '../lib/lru.ts'
import { type CgroupFacts, readCgroup } from './cgroup.ts'
import type { HostReader } from './host-reader.ts'

export interface Cgroups {
  /**
   * Of a process with this cgroup id: from memory where the id tells all, else from /proc, else as the cgroup was made, else by the id among all
   * cgroups; undefined when the process and its cgroup are gone. `timeNs`: now, since boot.
   */
  readonly of: (pid: number, cgroupId: number, timeNs: number) => CgroupFacts | undefined
  /** A cgroup was made: its path is known from now on, even if no process of it is there any more when somebody asks. */
  readonly make: (cgroupId: number, path: string) => CgroupFacts
  /** Reads /proc, whatever is remembered. */
  readonly read: (pid: number, cgroupId: number) => CgroupFacts | undefined
  /**
   * False on hosts that have version 1 hierarchies and leave version 2 empty: there the id is the root's for everybody, a child has its
   * parent's paths, and a move is only seen by reading again.
   */
  readonly idTells: (facts: CgroupFacts) => boolean
}

const MAX_TEXTS = 8192
const MAX_IDS = 16_384
/** Not more often than this (ns) all cgroups are looked through for an unknown id. */
const WALK_EVERY_NS = 5e9

export function createCgroups(host: HostReader): Cgroups {
  const byText = createLru<string, CgroupFacts>(MAX_TEXTS)
  const byId = createLru<number, CgroupFacts>(MAX_IDS)
  /** Only version 2: of a process that is there, /proc says more. */
  const made = createLru<number, CgroupFacts>(MAX_IDS)
  let nextWalkNs = 0

  function factsOf(text: string): CgroupFacts {
    const facts = byText.get(text) ?? readCgroup(text)
    byText.set(text, facts)
    return facts
  }

  function read(pid: number, cgroupId: number): CgroupFacts | undefined {
    const text = host.cgroup(pid)
    if (text === undefined) return undefined
    const facts = factsOf(text)
    if (idTells(facts)) byId.set(cgroupId, facts)
    return facts
  }

  /** The process is gone; its cgroup may still be there. */
  function walk(cgroupId: number, timeNs: number): CgroupFacts | undefined {
    if (cgroupId <= ROOT_ID || timeNs < nextWalkNs) return undefined
    nextWalkNs = timeNs + WALK_EVERY_NS
    for (const [id, path] of host.cgroups()) if (byId.get(id) === undefined) byId.set(id, factsOf(`0::${path}\n`))
    return byId.get(cgroupId)
  }

  function of(pid: number, cgroupId: number, timeNs: number): CgroupFacts | undefined {
    return byId.get(cgroupId) ?? read(pid, cgroupId) ?? made.get(cgroupId) ?? walk(cgroupId, timeNs)
  }

  function make(cgroupId: number, path: string): CgroupFacts {
    const facts = factsOf(`0::${path}\n`)
    made.set(cgroupId, facts)
    return facts
  }

  return Object.freeze({ of, make, read, idTells })
}

/** Of the root of version 2, where everybody is on hosts that leave it empty. */
const ROOT_ID = 1

function idTells({ paths }: CgroupFacts): boolean {
  return paths.some(({ controllers, path }) => controllers === '' && (path !== '/' || paths.length === 1))
}
