/**
 * A control group that holds a workload and nobody else: its own, or one made below where it stands. Children are born into the group of their parent, so that
 * nothing of the workload gets away once it is in.
 */
import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import { AppError } from '../../lib/app-error.ts'
import type { ActionContext } from '../action.ts'
import { folderOf, isToFreeze, makeFolder, moveInto, pidsBelow, removeFolder } from './cgroups.ts'
import { forgetOrigins, moveBack, noteOrigin, originsOf } from './hold-origins.ts'
import { type HostProcess, readProcess } from './processes.ts'
import type { Workload } from './workload.ts'

const PREFIX = 'tarsier-hold-'
const OURS = /^tarsier-hold-[0-9a-f]{16}$/
/** Rounds of looking for members that are not in yet. */
const MAX_ROUNDS = 100

export interface Enclosure {
  /** Exists; holds the whole workload after `fill`. */
  readonly folder: string
  /** It is ours: processes were in another group before. */
  readonly made: boolean
}

type Host = Pick<ActionContext, 'proc' | 'cgroups'>
type Holding = Host & Pick<ActionContext, 'state' | 'log'>

/**
 * Makes the folder where the workload has none of its own, or one that a user was given: who owns a group lets it go on, and takes processes out of those below it.
 * Throws what the file system says (ENOENT: no version 2 hierarchy).
 */
export function encloseable({ key, processes }: Workload, { proc, cgroups }: Host): Enclosure {
  const members = processes()
  const folders = members.flatMap(({ pid }) => folderOf(proc, cgroups, pid) ?? [])
  const deepest = commonFolder(folders, cgroups)
  const common = rootsAbove(deepest, cgroups)
  if (common === deepest && common !== cgroups && holdsOnly(common, members, proc)) return { folder: common, made: isOurs(common) }
  const folder = join(common, `${PREFIX}${createHash('sha256').update(key).digest('hex').slice(0, 16)}`)
  makeFolder(folder)
  return { folder, made: true }
}

export const isOurs = (folder: string): boolean => OURS.test(basename(folder))

/** The deepest one that all of them are in or below. */
function commonFolder(folders: readonly string[], root: string): string {
  let [common = root] = folders
  for (const folder of folders)
    while (folder !== common && !folder.startsWith(`${common}${sep}`) && common !== root) common = dirname(common)
  return common
}

/** The nearest that is root's, with the right to move processes. */
function rootsAbove(folder: string, root: string): string {
  let at = folder
  while (at !== root && ['', 'cgroup.procs'].some((name) => statSync(join(at, name), { throwIfNoEntry: false })?.uid !== 0))
    at = dirname(at)
  return at
}

/** A process that was born since the members were listed is one of them if its parent is. */
function holdsOnly(folder: string, members: readonly HostProcess[], proc: string): boolean {
  const known = new Set(members.map(({ pid }) => pid))
  return pidsBelow(folder).every((pid) => known.has(pid) || known.has(readProcess(proc, pid)?.ppid ?? -1))
}

/** Moves every member in, also those that are born meanwhile. Returns how many were moved. Throws AppError ACTION_FAILED when it does not come to an end. */
export function fill({ folder }: Enclosure, workload: Workload, at: { readonly action: string; readonly host: Holding }): number {
  const { proc, cgroups } = at.host
  let moved = 0
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const outside = workload.processes().filter(({ pid }) => !isWithin(folder, folderOf(proc, cgroups, pid)))
    if (outside.length === 0) return moved
    for (const one of outside) if (bring(one, folder, at.host)) moved++
  }
  throw new AppError('ACTION_FAILED', { action: at.action, reason: 'it forks faster than its processes can be gathered' })
}

const isWithin = (folder: string, other: string | undefined): boolean =>
  other === undefined || other === folder || other.startsWith(`${folder}${sep}`)

/** A control group is told a number: should another process have it by now, that one goes back at once. */
function bring(member: HostProcess, folder: string, host: Holding): boolean {
  const { proc, cgroups } = host
  const before = folderOf(proc, cgroups, member.pid)
  if (member.pid === process.pid || member.pid === 1) throw new Error(`process ${member.pid} is not to be moved`)
  if (before === undefined) return false
  if (isOurs(folder)) noteOrigin(host, folder, { ...member, origin: before })
  if (!moveInto(folder, member.pid)) return false
  const now = readProcess(proc, member.pid)
  if (now !== undefined && now.startNs !== member.startNs) moveInto(before, member.pid)
  return now?.startNs === member.startNs
}

/** Every member is in it. */
export const encloses = (folder: string, workload: Workload, { proc, cgroups }: Host): boolean =>
  workload.processes().every(({ pid }) => isWithin(folder, folderOf(proc, cgroups, pid)))

/**
 * Moves those in a folder of ours to where they came from, and takes it away; not while another action stands on it. A folder that is not ours stays as it is.
 */
export function leave(folder: string, context: Pick<ActionContext, 'native' | 'proc' | 'state'>): void {
  if (!isOurs(folder) || isToFreeze(folder) || context.native.isRestricted(folder)) return
  const originOf = originsOf(folder, context)
  for (let round = 0; round < MAX_ROUNDS && !removeFolder(folder); round++) {
    for (const pid of pidsBelow(folder)) if (pid > 0 && !moveBack(originOf(pid), pid)) moveBack(dirname(folder), pid)
  }
  forgetOrigins(context.state, folder)
}
