/**
 * Ends all of a family, also those that are born meanwhile. All are stopped before the first dies: who stands forks no more, and a parent that dies would take
 * the knowledge of its children with it. What forks faster than it can be stopped is gathered in a frozen control group, into which its children are born, and killed as
 * a whole; that comes second, since to move a process costs milliseconds.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ActionContext } from '../action.ts'
import { eventOf, folderOf, freezerOf, makeFolder, moveInto, pidsBelow, removeFolder } from './cgroups.ts'
import { isOurs } from './enclosure.ts'
import { failed } from './failures.ts'
import { killGroup } from './kill-group.ts'
import { findProcess, type HostProcess, isGone, readProcess } from './processes.ts'

export interface Killed {
  readonly processes: number
  readonly by: 'cgroup' | 'signals'
}

/** Who lives of the family now. */
export type Family = () => readonly HostProcess[]

const { SIGKILL, SIGSTOP } = constants.signals
/** From the first look to the last death. */
const KILL_MS = 20_000
const STOP_MS = 3_000
const POLL_MS = 5

interface Killing {
  readonly action: string
  /** Of the control group, unique. */
  readonly name: string
  readonly context: ActionContext
  /** How long they are stopped one by one, in ms. */
  readonly stopMs?: number
}

interface Bounds extends Killing {
  readonly until: number
}

/** Throws AppError ACTION_FAILED when some live on. */
export async function killFamily(family: Family, at: Killing): Promise<Killed> {
  const begun = Date.now()
  const bounds = { ...at, until: begun + KILL_MS }
  const known = new Map<string, HostProcess>()
  const folders = new Set<string>()
  const isStill = stopAll(family, { known, folders, until: begun + (at.stopMs ?? STOP_MS) }, at.context)
  const killed = isStill ? await killEach(family, known, bounds) : await killAsGroup(family, bounds)
  // What they were frozen or cut off in is of no use any more.
  for (const folder of folders) if (isOurs(folder) && eventOf(folder, 'populated') === false) removeFolder(folder)
  return killed
}

interface Stopping {
  readonly known: Map<string, HostProcess>
  /** Where they stood. */
  readonly folders: Set<string>
  readonly until: number
}

/** False when there were still new ones at the end of the time. */
function stopAll(family: Family, { known, folders, until }: Stopping, { native, proc, cgroups }: ActionContext): boolean {
  for (;;) {
    const born = family().filter((one) => !known.has(keyOf(one)))
    if (born.length === 0) return true
    for (const one of born) {
      known.set(keyOf(one), one)
      native.signalProcess(one.pid, one.startNs, SIGSTOP)
    }
    for (const { pid } of born) folders.add(folderOf(proc, cgroups, pid) ?? cgroups)
    if (Date.now() >= until) return false
  }
}

const keyOf = ({ pid, startNs }: HostProcess): string => `${pid}@${startNs}`

async function killEach(family: Family, known: Map<string, HostProcess>, { until, action, context }: Bounds): Promise<Killed> {
  const { proc, native } = context
  for (;;) {
    for (const one of family()) known.set(keyOf(one), one)
    const living = [...known.values()].filter((one) => findProcess(proc, one) !== undefined)
    if (living.length === 0) return { processes: known.size, by: 'signals' }
    if (Date.now() > until) throw failed(action, `${living.length} of its processes do not die: they wait in the kernel`)
    for (const one of living) native.signalProcess(one.pid, one.startNs, SIGKILL)
    letThaw(living, context)
    await sleep(POLL_MS)
  }
}

/** What version 1's freezer holds dies only when it lets go; only where all that it holds are to die. */
function letThaw(dying: readonly HostProcess[], { proc }: ActionContext): void {
  const pids = new Set(dying.map(({ pid }) => pid))
  const freezers = new Set([...pids].flatMap((pid) => freezerOf(proc, pid) ?? []))
  for (const freezer of freezers) {
    const state = stateOf(freezer)
    if (state !== undefined && state !== 'THAWED' && pidsBelow(freezer).every((pid) => pids.has(pid)))
      writeFileSync(join(freezer, 'freezer.state'), 'THAWED')
  }
}

function stateOf(freezer: string): string | undefined {
  try {
    return readFileSync(join(freezer, 'freezer.state'), 'utf8').trim()
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

async function killAsGroup(family: Family, bounds: Bounds): Promise<Killed> {
  const { name, action, context } = bounds
  const folder = join(context.cgroups, `tarsier-kill-${name}`)
  if (!canFreeze(folder))
    throw failed(action, 'it forks faster than its processes can be stopped, and there is no cgroup v2 to gather them in')
  try {
    gather(family, folder, bounds)
    const processes = pidsBelow(folder).length
    await killFolder(folder, bounds)
    return { processes, by: 'cgroup' }
  } finally {
    empty(folder, context)
  }
}

function canFreeze(folder: string): boolean {
  try {
    makeFolder(folder)
    writeFileSync(join(folder, 'cgroup.freeze'), '1')
    return true
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (!['ENOENT', 'EROFS', 'EACCES', 'EPERM'].includes(code)) throw error
    removeFolder(folder)
    return false
  }
}

/** A control group is told a number: should another process have it by now, that one goes back at once. */
function gather(family: Family, folder: string, { until, action, context: { proc, cgroups } }: Bounds): void {
  const inside = new Map<number, number>()
  for (;;) {
    const outside = family().filter(({ pid, startNs }) => inside.get(pid) !== startNs)
    if (outside.length === 0) return
    if (Date.now() > until) throw failed(action, `${outside.length} of its processes could not be gathered in time`)
    for (const { pid, startNs } of outside) {
      inside.set(pid, startNs)
      if (!moveInto(folder, pid)) continue
      const now = readProcess(proc, pid)
      if (now !== undefined && now.startNs !== startNs) moveInto(cgroups, pid)
    }
  }
}

async function killFolder(folder: string, { until, action, context }: Bounds): Promise<void> {
  while (eventOf(folder, 'populated') === true) {
    killGroup(folder, context)
    if (Date.now() > until) throw failed(action, `${pidsBelow(folder).length} of its processes do not die: they wait in the kernel`)
    await sleep(POLL_MS)
  }
}

/** Those that did not die go on in the root, as far as they can. */
function empty(folder: string, { cgroups }: ActionContext): void {
  for (let round = 0; round < 10 && !removeFolder(folder); round++) for (const pid of pidsBelow(folder)) moveInto(cgroups, pid)
}
