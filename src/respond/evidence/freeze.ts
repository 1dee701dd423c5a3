/**
 * Holds what is looked at still: a control group of its own by its freezer, which the processes do not notice; else each process by SIGSTOP. Whatever
 * happens, it goes on: when the work is done, when it fails, when it takes too long, and when this process is killed.
 */
import { writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EvidenceFreeze, EvidenceProblem } from '../../findings/evidence.ts'
import { eventOf, folderOf, isToFreeze, pidsBelow } from '../host/cgroups.ts'
import { findProcess, type HostProcess, isGone, readProcess } from '../host/processes.ts'
import { type ThawWatch, watchThaw } from './thaw-watch.ts'

export interface Freezing {
  readonly proc: string
  /** Where version 2 is mounted. */
  readonly cgroups: string
  /** Who is to stand still, looked up anew. */
  readonly members: () => readonly HostProcess[]
  /** Returns 0 or an errno; must not touch another process that has the pid by now. */
  readonly signalProcess: (pid: number, startNs: number, signal: number) => number
  /** From its beginning; then it goes on. */
  readonly deadlineMs: number
  readonly nowMs: () => number
}

export interface Frozen {
  readonly problems: readonly EvidenceProblem[]
  /** As it is now: with `end` as soon as it is over. */
  readonly state: () => EvidenceFreeze
  /** `leave`: it stays frozen, and the deadline does not count any more. May be called again. */
  readonly end: (leave: boolean) => void
}

export const NOT_FROZEN: Frozen = {
  problems: [],
  state: () => ({ by: 'not', processes: 0, ms: 0, end: 'not-frozen' }),
  end: () => undefined,
}

const { SIGSTOP, SIGCONT } = constants.signals
/** Rounds of looking for children that were born meanwhile. */
const MAX_ROUNDS = 50
/** How long a process may take to stand still: one that waits in the kernel stops later. */
const SETTLE_MS = 1000
const LOOK_MS = 2

/** Resolves when all stand still, or it is clear that some will not: that is among the problems. */
export async function freeze(freezing: Freezing): Promise<Frozen> {
  const problems: EvidenceProblem[] = []
  const begunMs = freezing.nowMs()
  const spared = ownLine(freezing.proc)
  const folder = ownFolder(freezing, spared)
  const watch = watchThaw(folder, (reason) =>
    problems.push({ about: 'freeze', reason: `it would not end by itself if this process were killed: ${reason}` }),
  )
  const hold = folder === undefined ? createSignalHold(freezing, { spared, problems, watch }) : createGroupHold(folder)
  let over: { readonly ms: number; readonly end: EvidenceFreeze['end'] } | undefined
  const timer = setTimeout(() => finish('deadline'), freezing.deadlineMs)

  function finish(end: EvidenceFreeze['end']): void {
    if (over !== undefined) return
    clearTimeout(timer)
    over = { ms: Math.round(freezing.nowMs() - begunMs), end }
    if (end !== 'left') hold.release()
    watch.end()
  }

  try {
    await hold.begin(() => over === undefined)
  } catch (error) {
    finish('thawed')
    throw error
  }
  return Object.freeze({
    problems,
    state: () => ({
      by: hold.by,
      processes: hold.count(),
      ms: over?.ms ?? Math.round(freezing.nowMs() - begunMs),
      end: over?.end ?? 'thawed',
    }),
    end: (leave: boolean) => finish(leave ? 'left' : 'thawed'),
  })
}

interface Holding {
  readonly by: 'signals' | 'cgroup'
  /** Processes that were made to stand still. */
  readonly count: () => number
  readonly release: () => void
  /** `goesOn`: false when it is over before it has begun. */
  readonly begin: (goesOn: () => boolean) => Promise<void>
}

/** Of version 2, below its root, and nobody else in it. */
function ownFolder({ proc, cgroups, members }: Freezing, spared: ReadonlySet<number>): string | undefined {
  const all = members()
  const [folder, ...others] = new Set(all.map(({ pid }) => folderOf(proc, cgroups, pid)))
  if (folder === undefined || others.length > 0 || folder === cgroups) return undefined
  const known = new Set(all.map(({ pid }) => pid))
  const isOwn = pidsBelow(folder).every((pid) => known.has(pid) && !spared.has(pid))
  // Whoever froze it before lets it go on.
  return isOwn && !isToFreeze(folder) ? folder : undefined
}

function createGroupHold(folder: string): Holding {
  const count = (): number => pidsBelow(folder).length
  let held = 0
  return {
    by: 'cgroup',
    count: () => held,
    begin: async (goesOn) => {
      writeFileSync(join(folder, 'cgroup.freeze'), '1')
      for (let waited = 0; waited < SETTLE_MS && goesOn() && eventOf(folder, 'frozen') !== true; waited += LOOK_MS) await sleep(LOOK_MS)
      held = count()
    },
    release: () => {
      try {
        writeFileSync(join(folder, 'cgroup.freeze'), '0')
      } catch (error) {
        if (!isGone(error) && (error as NodeJS.ErrnoException).code !== 'ENODEV') throw error
      }
    },
  }
}

interface SignalHolding {
  readonly spared: ReadonlySet<number>
  readonly problems: EvidenceProblem[]
  readonly watch: ThawWatch
}

function createSignalHold(freezing: Freezing, { spared, problems, watch }: SignalHolding): Holding {
  const { proc, members, signalProcess } = freezing
  const held = new Map<number, HostProcess>()
  const looked = new Set<string>()

  function stopNew(): number {
    let stopped = 0
    for (const one of members()) {
      const key = `${one.pid}@${one.startNs}`
      if (looked.has(key)) continue
      looked.add(key)
      if (spared.has(one.pid)) problems.push({ about: `process ${one.pid}`, reason: 'not frozen: this capture descends from it' })
      // It stood still before, and whoever stopped it lets it go on.
      else if (one.state !== 'T' && one.state !== 't' && hold(one)) stopped++
    }
    return stopped
  }

  function hold(one: HostProcess): boolean {
    watch.add(one)
    const errno = signalProcess(one.pid, one.startNs, SIGSTOP)
    if (errno === 0) held.set(one.pid, one)
    else if (findProcess(proc, one) !== undefined) problems.push({ about: `process ${one.pid}`, reason: `not frozen: errno ${errno}` })
    return errno === 0
  }

  const moving = (): readonly HostProcess[] =>
    [...held.values()].filter((one) => {
      const now = findProcess(proc, one)
      return now !== undefined && now.state !== 'T' && now.state !== 't'
    })

  return {
    by: 'signals',
    count: () => held.size,
    begin: async (goesOn) => {
      for (let round = 0; round < MAX_ROUNDS && goesOn(); round++) {
        const stopped = stopNew()
        for (let waited = 0; waited < SETTLE_MS && goesOn() && moving().length > 0; waited += LOOK_MS) await sleep(LOOK_MS)
        if (stopped === 0) break
      }
      for (const { pid } of moving()) problems.push({ about: `process ${pid}`, reason: 'it does not stand still: it waits in the kernel' })
      for (const { pid } of members().filter((one) => !looked.has(`${one.pid}@${one.startNs}`)))
        problems.push({ about: `process ${pid}`, reason: 'not frozen: it was born too late' })
    },
    release: () => {
      for (const { pid, startNs } of held.values()) signalProcess(pid, startNs, SIGCONT)
    },
  }
}

/** This process and those that it descends from: who waits for them would wait for ever. */
function ownLine(proc: string): ReadonlySet<number> {
  const line = new Set<number>()
  for (let pid = process.pid; pid > 0 && !line.has(pid); pid = readProcess(proc, pid)?.ppid ?? 0) line.add(pid)
  return line
}

/** Through the pid, for hosts on which the addon is not built: another process could take the number between the look and the signal. */
export function signalByPid(proc: string): Freezing['signalProcess'] {
  return (pid, startNs, signal) => {
    if (findProcess(proc, { pid, startNs }) === undefined) return constants.errno.ESRCH
    try {
      process.kill(pid, signal)
      return 0
    } catch (error) {
      return Math.abs((error as NodeJS.ErrnoException).errno ?? constants.errno.EPERM)
    }
  }
}
