/**
 * Which states of processes history has been told of: a new one for a new program, other rights, another container, other ancestors.
 * Forebears that were never told come first, so that every line of descent is whole.
 */
import type { AnyKernelEvent } from '../../events/event.ts'
import type { HostView } from '../../events/host-view.ts'
import type { Process } from '../../events/process.ts'
import { hasSameRights, isIn, type ProcessState, stateOf } from './process-state.ts'
import { exitText, keyOf, processText, standIn } from './process-text.ts'

export interface ProcessStatesOptions {
  /** Take the text of a ProcessRecord, of a ProcessExit. */
  readonly onState: (record: string) => void
  readonly onExit: (exit: string) => void
  /** Processes remembered; when there are more, all are told anew. */
  readonly maxProcesses?: number
}

export interface ProcessStates {
  /** The keys processId and processKey of an event of this process as JSON, each behind a comma. Its state is told before, where it is new. */
  readonly of: (event: AnyKernelEvent, process: Process) => string
  /** Some process has another program or name: those that descend from it have another ancestor. */
  readonly changed: () => void
  /** A process that has sent nothing so far. */
  readonly tell: (process: Process, host: HostView, timeNs: number) => void
  /** It has ended, as its last event says. */
  readonly ended: (event: AnyKernelEvent, process: Process) => void
  /** Tells the end of those that went without an event. `timeNs`: now, since 1970. */
  readonly sweep: (host: HostView, timeNs: number) => void
  /** As if nothing had been told; ends are told all the same. `timeNs`: now, since boot. */
  readonly forget: (timeNs: number) => void
}

/** A process with its latest states, the present one first: threads of different rights take turns, and would make new ones for ever. */
interface Told {
  readonly startNs: number
  readonly states: NamedState[]
  lastNumber: number
  /** When the present state was looked at, and what could have changed it then: its own facts, those of any process. */
  changes: number
  anyChanges: number
  lookAgainNs: number
}

interface NamedState {
  readonly state: ProcessState
  /** The keys of an event. */
  readonly keys: string
}

const MAX_STATES = 4
const MAX_PROCESSES = 32_768
const MAX_FOREBEARS = 64
/** What a container is called, and its users, is found out a little later. */
const LOOK_AGAIN_NS = 200e6

export function createProcessStates({ onState, onExit, maxProcesses = MAX_PROCESSES }: ProcessStatesOptions): ProcessStates {
  /** By pid: who has it now. */
  const told = new Map<number, Told>()
  /** Grows with each program that is run and each change of a name: whose ancestor is it? */
  let anyChanges = 0
  /** Since boot: who is older may have been told. */
  let forgottenNs = 0

  function of(event: AnyKernelEvent, process: Process): string {
    const known = told.get(process.pid)
    if (known?.startNs !== process.startNs) return enter(process, event, stateOf(process, event))
    const [present] = known.states
    if (present !== undefined && isUnchanged(known, process, event) && hasSameRights(present.state, event)) return present.keys
    return lookedAt(known, process, event) ?? enter(process, event, stateOf(process, event))
  }

  /** Looking at everything takes some µs: memory of a dozen places, and of as many for each forebear. */
  function isUnchanged(known: Told, process: Process, { timeNs }: AnyKernelEvent): boolean {
    return known.changes === process.changes && known.anyChanges === anyChanges && timeNs < known.lookAgainNs
  }

  /** The keys of the known state that it is in. */
  function lookedAt(known: Told, process: Process, event: AnyKernelEvent): string | undefined {
    const { states } = known
    const place = states.findIndex(({ state }) => isIn(state, process, event))
    const found = states[place]
    if (found === undefined) return undefined
    if (place > 0) states.unshift(...states.splice(place, 1))
    remember(known, process, event)
    return found.keys
  }

  function remember(known: Told, process: Process, { timeNs }: AnyKernelEvent): void {
    known.changes = process.changes
    known.anyChanges = anyChanges
    known.lookAgainNs = timeNs + LOOK_AGAIN_NS
  }

  /** Tells a state that was not told; returns the keys of its events. */
  function enter(process: Process, event: AnyKernelEvent, state: ProcessState): string {
    for (const forebear of untold(process)) tell(forebear, event.host, event.timeNs)
    const one = toldOf(process)
    const isFirst = one.states.length === 0
    one.lastNumber = Math.max(one.lastNumber + 1, ageMs(process, event))
    const [key, id] = [keyOf(process), `${keyOf(process)}#${one.lastNumber}`]
    const keys = `,"processId":"${id}","processKey":"${key}"`
    one.states.unshift({ state, keys })
    if (one.states.length > MAX_STATES) one.states.pop()
    remember(one, process, event)
    onState(processText({ id, timeNs: isFirst ? sinceNs(process, event) : event.timeNs, event, process }))
    return keys
  }

  function toldOf({ pid, startNs }: Process): Told {
    const known = told.get(pid)
    if (known?.startNs === startNs) return known
    if (told.size >= maxProcesses) told.clear()
    const made = { startNs, states: [], lastNumber: -1, changes: -1, anyChanges: -1, lookAgainNs: 0 }
    told.set(pid, made)
    return made
  }

  /** The eldest first. */
  function untold(process: Process): Process[] {
    const found: Process[] = []
    for (let one = process.parent; one !== undefined && found.length < MAX_FOREBEARS; one = one.parent) {
      if (told.get(one.pid)?.startNs === one.startNs) break
      found.unshift(one)
    }
    return found
  }

  function tell(process: Process, host: HostView, timeNs: number): void {
    if (told.get(process.pid)?.startNs === process.startNs) return
    enter(process, standIn(process, host, timeNs), stateOf(process, undefined))
    if (process.exitNs !== undefined) leave(process, host, host.bootTimeNs + process.exitNs)
  }

  function leave(process: Process, { hostname }: HostView, timeNs: number): void {
    const isTold = told.get(process.pid)?.startNs === process.startNs
    if (!isTold && process.startNs >= forgottenNs) return
    if (isTold) told.delete(process.pid)
    onExit(exitText({ processKey: keyOf(process), hostname, timeNs }))
  }

  function sweep(host: HostView, timeNs: number): void {
    for (const [pid, { startNs }] of told) {
      const process = host.process(pid, startNs)
      if (process !== undefined && process.exitNs === undefined) continue
      told.delete(pid)
      const endNs = process?.exitNs === undefined ? timeNs : host.bootTimeNs + process.exitNs
      onExit(exitText({ processKey: `${pid}@${startNs}`, hostname: host.hostname, timeNs: endNs }))
    }
  }

  return Object.freeze({
    of,
    changed: () => void anyChanges++,
    tell,
    ended: (event: AnyKernelEvent, process: Process) => leave(process, event.host, event.timeNs),
    sweep,
    forget: (timeNs: number) => {
      told.clear()
      forgottenNs = timeNs
    },
  })
}

/** A number that no state of this process has had, even in a run of the agent before this. */
const ageMs = ({ startNs }: Process, { host, timeNs }: AnyKernelEvent): number =>
  Math.max(0, Math.floor((timeNs - host.bootTimeNs - startNs) / 1e6))

/** A process that is told for the first time has run its program for longer. */
const sinceNs = ({ startNs, execTimeNs }: Process, { host }: AnyKernelEvent): number => host.bootTimeNs + (execTimeNs || startNs)
