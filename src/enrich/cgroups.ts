/** What is known of cgroups, by their text and by their id. */
import { createLru } from '../lib/lru.ts'
import { type CgroupFacts, readCgroup } from './cgroup.ts'
import type { HostReader } from './host-reader.ts'

export interface Cgroups {
  /** Of a process with this cgroup id: from memory where the id tells all, else from /proc; undefined when the process is gone. */
  readonly of: (pid: number, cgroupId: number) => CgroupFacts | undefined
  /** Reads /proc, whatever is remembered. */
  readonly read: (pid: number, cgroupId: number) => CgroupFacts | undefined
  /**
   * False on hosts that have version 1 hierarchies and leave version 2 empty: there the id is the root's for everybody, a child has its
   * parent's paths, and a move is only seen by reading again.
   */
  readonly idTells: (facts: CgroupFacts) => boolean
}

const MAX_TEXTS = 8192
const MAX_IDS = 8192

export function createCgroups(host: HostReader): Cgroups {
  const byText = createLru<string, CgroupFacts>(MAX_TEXTS)
  const byId = createLru<number, CgroupFacts>(MAX_IDS)

  function read(pid: number, cgroupId: number): CgroupFacts | undefined {
    const text = host.cgroup(pid)
    if (text === undefined) return undefined
    const facts = byText.get(text) ?? readCgroup(text)
    byText.set(text, facts)
    if (idTells(facts)) byId.set(cgroupId, facts)
    return facts
  }

  const of = (pid: number, cgroupId: number): CgroupFacts | undefined => byId.get(cgroupId) ?? read(pid, cgroupId)

  return Object.freeze({ of, read, idTells })
}

function idTells({ paths }: CgroupFacts): boolean {
  return paths.some(({ controllers, path }) => controllers === '' && (path !== '/' || paths.length === 1))
}
