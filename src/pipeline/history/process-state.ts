/** What makes two moments of a process one state: compared at each of its events, so that only changes are told. See bench/history.ts. */
import type { AnyKernelEvent } from '../../events/event.ts'
import type { ContainerInfo, ExecutableFile, Process, UserNames } from '../../events/process.ts'

/** Objects are compared by identity: the process tree makes a new one only for new facts. */
export interface ProcessState {
  readonly exe: ExecutableFile
  readonly comm: string
  readonly args: string
  readonly uid: number
  readonly euid: number
  readonly gid: number
  readonly egid: number
  readonly loginuid: number
  readonly sid: number
  readonly tty: number
  readonly pgid: number
  readonly cgroup: string
  readonly container: ContainerInfo | undefined
  /** UNKNOWN of a process that has sent nothing. */
  readonly capEffective: number
  readonly capPermitted: number
  /** Program, name and arguments of each forebear in turn, the nearest first. */
  readonly above: readonly (ExecutableFile | string)[]
  /** Another object as soon as the account files change, which says nothing of this user: then the texts are compared. */
  names: UserNames
  readonly user: string
}

/** Beyond them nobody looks: fields of ancestors are about the nearest. */
const MAX_ABOVE = 16
const PARTS_ABOVE = 3
const UNKNOWN = -1

/** `event`: of the process itself; undefined when it has sent none. */
export function stateOf(process: Process, event: AnyKernelEvent | undefined): ProcessState {
  const { exe, comm, args, uid, euid, gid, egid, loginuid, sid, tty, pgid, cgroup, container, names } = process
  return {
    ...{ exe, comm, args, uid, euid, gid, egid, loginuid, sid, tty, pgid, cgroup, container, names },
    capEffective: event?.record.capEffective ?? UNKNOWN,
    capPermitted: event?.record.capPermitted ?? UNKNOWN,
    above: aboveOf(process),
    user: userText(process),
  }
}

function aboveOf(process: Process): (ExecutableFile | string)[] {
  const parts: (ExecutableFile | string)[] = []
  for (let one = process.parent; one !== undefined && parts.length < MAX_ABOVE * PARTS_ABOVE; one = one.parent) {
    parts.push(one.exe, one.comm, one.args)
  }
  return parts
}

function userText(process: Process): string {
  const entry = process.names.user(process.euid)
  return [process.userName, entry?.home, entry?.shell, process.groupName, process.loginName].join('\0')
}

/** Whether the thread of the event has the capabilities of that state. Its ids are the process's as of the event. */
export function hasSameRights(state: ProcessState, { record }: AnyKernelEvent): boolean {
  return record.capEffective === state.capEffective && record.capPermitted === state.capPermitted
}

/** Whether the process, at its event, is still in that state. */
export function isIn(state: ProcessState, process: Process, event: AnyKernelEvent): boolean {
  return (
    process.exe === state.exe &&
    process.comm === state.comm &&
    process.euid === state.euid &&
    process.uid === state.uid &&
    process.egid === state.egid &&
    process.gid === state.gid &&
    process.loginuid === state.loginuid &&
    hasSameRights(state, event) &&
    process.sid === state.sid &&
    process.tty === state.tty &&
    process.pgid === state.pgid &&
    process.cgroup === state.cgroup &&
    process.container === state.container &&
    process.args === state.args &&
    hasSameAbove(state, process) &&
    hasSameNames(state, process)
  )
}

function hasSameAbove({ above }: ProcessState, process: Process): boolean {
  let at = 0
  for (let one = process.parent; one !== undefined && at < MAX_ABOVE * PARTS_ABOVE; one = one.parent, at += PARTS_ABOVE) {
    if (one.exe !== above[at] || one.comm !== above[at + 1] || one.args !== above[at + 2]) return false
  }
  return at === above.length
}

function hasSameNames(state: ProcessState, process: Process): boolean {
  const { names } = process
  if (names === state.names) return true
  if (userText(process) !== state.user) return false
  state.names = names
  return true
}
