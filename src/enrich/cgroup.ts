/** Where a process stands in the cgroups: /proc/PID/cgroup, and what its paths say of containers and systemd units. */
import type { CgroupPath } from '../events/process.ts'
import { type ContainerClaim, claimsOf } from './container-claim.ts'

export interface CgroupFacts {
  readonly paths: readonly CgroupPath[]
  /** The path that says most: of version 2 unless it is the root, else of systemd's hierarchy, else of any other. */
  readonly path: string
  /** Innermost systemd unit that is no slice. */
  readonly unit: string | undefined
  /** The containers that the paths claim, outermost first; they still have to be checked. */
  readonly claims: readonly ContainerClaim[]
}

/** A line has at most a path of 4,096 bytes; a host has at most some twenty hierarchies. */
const MAX_TEXT = 65_536
const MAX_LINES = 32

export const NO_CGROUP: CgroupFacts = Object.freeze({ paths: [], path: '', unit: undefined, claims: [] })

/** `text`: lines `id:controllers:path` (cgroups(7)); what is not of that form is left out. */
export function readCgroup(text: string): CgroupFacts {
  const paths = text.slice(0, MAX_TEXT).split('\n', MAX_LINES).flatMap(lineOf)
  const ordered = paths.filter(({ path }) => path !== '/').toSorted((a, b) => rank(a) - rank(b))
  const path = (ordered[0] ?? paths[0])?.path ?? ''
  return Object.freeze({ paths: Object.freeze(paths), path, unit: unitOf(path), claims: firstClaims(ordered) })
}

function lineOf(line: string): CgroupPath[] {
  const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? []
  // A path outside the reader's own cgroup namespace begins with /.. for each level (cgroup_namespaces(7)).
  return controllers === undefined || path === undefined ? [] : [{ controllers, path: path.replace(/^(\/\.\.)+(?=\/|$)/, '') || '/' }]
}

function rank({ controllers }: CgroupPath): number {
  if (controllers === '') return 0
  return controllers === 'name=systemd' ? 1 : 2
}

/** On a host with both versions some hierarchies know the container and others do not. */
function firstClaims(paths: readonly CgroupPath[]): readonly ContainerClaim[] {
  const all = paths.map(({ path }) => claimsOf(path))
  return all.find((claims) => claims.some(({ runtime }) => runtime !== '')) ?? all.find((claims) => claims.length > 0) ?? []
}

const UNIT = /\.(service|scope|socket|mount|swap)$/

function unitOf(path: string): string | undefined {
  return path.split('/').findLast((segment) => UNIT.test(segment))
}
