/** A container, or a process tree, stands still until it is taken back: what it has in memory stays for whoever looks. */
import { readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { type ActionContext, type Done, defineAction, type UndoState, type Verification } from '../action.ts'
import { eventOf, freezerOf, isToFreeze, pidsBelow } from '../host/cgroups.ts'
import { type Enclosure, encloseable, encloses, fill, leave } from '../host/enclosure.ts'
import { asActionFailure, failed } from '../host/failures.ts'
import { findProcess, type HostProcess, isGone } from '../host/processes.ts'
import { reachOfProcesses } from '../host/reach.ts'
import { scopeSetting, type Workload, workloadOf } from '../host/workload.ts'
import type { ActionSubject } from '../subject.ts'

const NAME = 'freeze'
const POLL_MS = 5
/** How long a process may take to stand: one that waits for a disk comes later. */
const FROZEN_MS = 5_000

const schema = z.object({ scope: scopeSetting })
type Settings = z.infer<typeof schema>

export const freeze = defineAction({
  name: NAME,
  doc: 'Freezes the container, or the process and all that descend from it, by the kernel (cgroup v2, or the freezer of version 1, or SIGSTOP). Taking it back lets them go on.',
  needs: 'none',
  schema,
  examples: [
    { doc: 'The container of the finding; on a host, the process tree.', with: {} },
    { doc: 'The process tree alone, in a container, too.', with: { scope: 'tree' } },
  ],
  reach: async (subject, config, context) => {
    const workload = find(subject, config, context)
    return reachOfProcesses(workload.processes(), workload.containers)
  },
  alone: (config) => ({ action: NAME, settings: { ...config, scope: 'process' } }),
  run: (subject, config, context) => asActionFailure(NAME, () => stop(find(subject, config, context), context)),
  verify: (subject, config, done, context) => asActionFailure(NAME, () => verify(find(subject, config, context), done, context)),
  undo: (state, context) => asActionFailure(NAME, () => thaw(state, context)),
})

const find = (subject: ActionSubject, { scope }: Settings, context: ActionContext): Workload =>
  workloadOf(subject, scope, { action: NAME, context })

async function stop(workload: Workload, context: ActionContext): Promise<Done> {
  const place = placeOf(workload, context)
  if (place !== undefined) return freezeGroup(place, workload, context)
  const freezer = ownFreezer(workload, context)
  return freezer === undefined ? stopBySignals(workload, context) : freezeOld(freezer, workload, context)
}

/** Undefined where there is no version 2, or it may not be written to. */
function placeOf(workload: Workload, context: ActionContext): Enclosure | undefined {
  try {
    return encloseable(workload, context)
  } catch (error) {
    if (['ENOENT', 'EROFS', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

/** Frozen first and filled then: whoever is moved in stands, and forks no more. */
async function freezeGroup(place: Enclosure, workload: Workload, context: ActionContext): Promise<Done> {
  const { folder } = place
  const undo = { by: 'cgroup', folder }
  const detail = { by: 'cgroup', folder, processes: workload.processes().length }
  // Who froze it before, lets it go.
  if (isToFreeze(folder) && encloses(folder, workload, context)) return { summary: 'it was frozen before', detail, undo: undefined }
  context.note?.(undo)
  try {
    writeFileSync(join(folder, 'cgroup.freeze'), '1')
    fill(place, workload, { action: NAME, host: context })
  } catch (error) {
    thawGroup(folder, context)
    throw error
  }
  return { summary: `its ${detail.processes} processes were frozen`, detail, undo }
}

/** Its group in version 1's freezer, where nobody else is in it. */
function ownFreezer(workload: Workload, { proc }: ActionContext): string | undefined {
  const members = workload.processes()
  const freezers = new Set(members.map(({ pid }) => freezerOf(proc, pid)))
  const [freezer] = freezers
  if (freezers.size !== 1 || freezer === undefined) return undefined
  return pidsBelow(freezer).every((pid) => members.some((one) => one.pid === pid)) ? freezer : undefined
}

function freezeOld(freezer: string, workload: Workload, { note }: ActionContext): Done {
  const detail = { by: 'freezer', folder: freezer, processes: workload.processes().length }
  if (readFileSync(join(freezer, 'freezer.state'), 'utf8').trim() !== 'THAWED')
    return { summary: 'it was frozen before', detail, undo: undefined }
  const undo = { by: 'freezer', folder: freezer }
  note?.(undo)
  writeFileSync(join(freezer, 'freezer.state'), 'FROZEN')
  return { summary: `its ${detail.processes} processes were frozen`, detail, undo }
}

const { SIGSTOP, SIGCONT } = constants.signals
const MAX_ROUNDS = 100

/** Until nobody is born any more. */
function stopBySignals(workload: Workload, { native, note }: ActionContext): Done {
  const stopped = new Map<string, HostProcess>()
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const running = workload.processes().filter((one) => one.state !== 'T' && !stopped.has(keyOf(one)))
    if (running.length === 0) break
    for (const one of running) stopped.set(keyOf(one), one)
    note?.({ by: 'signals', stopped: [...stopped.keys()] })
    for (const { pid, startNs } of running) native.signalProcess(pid, startNs, SIGSTOP)
  }
  const detail = { by: 'signals', folder: null, processes: stopped.size }
  return { summary: `${stopped.size} processes got SIGSTOP`, detail, undo: { by: 'signals', stopped: [...stopped.keys()] } }
}

const keyOf = ({ pid, startNs }: HostProcess): string => `${pid}@${startNs}`

async function verify(workload: Workload, { detail }: Done, context: ActionContext): Promise<Verification> {
  const folder = String(detail.folder)
  const isFrozen = (): boolean => {
    switch (detail.by) {
      case 'cgroup':
        return eventOf(folder, 'frozen') === true && encloses(folder, workload, context)
      case 'freezer':
        return readFileSync(join(folder, 'freezer.state'), 'utf8').startsWith('FROZEN')
      default:
        return workload.processes().every(({ state }) => state === 'T')
    }
  }
  const until = Date.now() + FROZEN_MS
  while (!isFrozen()) {
    if (Date.now() > until) return { verified: false, summary: 'the kernel says that not all of its processes stand still' }
    await sleep(POLL_MS, undefined, { signal: context.signal })
  }
  const count = workload.processes().length
  return { verified: true, summary: `the kernel says that its ${count} processes stand still` }
}

async function thaw(state: UndoState, context: ActionContext): Promise<string> {
  const folder = String(state.folder)
  switch (state.by) {
    case 'cgroup':
      return thawGroup(folder, context)
    case 'freezer':
      return isThere(() => writeFileSync(join(folder, 'freezer.state'), 'THAWED')) ? 'it goes on' : 'it has ended meanwhile'
    case 'signals':
      return goOn(Array.isArray(state.stopped) ? (state.stopped as readonly string[]) : [], context)
    default:
      throw failed(NAME, 'it was done by another version, and what it wrote down is not understood')
  }
}

function thawGroup(folder: string, context: ActionContext): string {
  if (!isThere(() => writeFileSync(join(folder, 'cgroup.freeze'), '0'))) return 'it has ended meanwhile'
  leave(folder, context)
  return 'it goes on'
}

function goOn(stopped: readonly string[], { proc, native }: ActionContext): string {
  const named = stopped.map((one) => one.split('@').map(Number)).map(([pid = 0, startNs = 0]) => ({ pid, startNs }))
  const living = named.filter((one) => findProcess(proc, one) !== undefined)
  for (const { pid, startNs } of living) native.signalProcess(pid, startNs, SIGCONT)
  return `${living.length} processes go on`
}

/** False when what it is about is gone. */
function isThere(write: () => void): boolean {
  try {
    write()
    return true
  } catch (error) {
    if (isGone(error) || (error as NodeJS.ErrnoException).code === 'ENODEV') return false
    throw error
  }
}
