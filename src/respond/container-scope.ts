/**
 * Which processes are a container's, by what the kernel says: the control groups of its first process and below, and its namespace of process ids where that is
 * its own. No runtime is asked, so that one that lies is found out.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { cgroupLines, eventOf, folderOf, freezerOf } from './host/cgroups.ts'

/** Plain, so that it can be kept until the container has ended. */
export interface ContainerScope {
  /** `controllers:path` as in /proc/PID/cgroup: those that are not the host's own. */
  readonly cgroups: readonly string[]
  /** `pid:[4026532199]`; undefined where it is shared with the host or the rest of a pod. */
  readonly pidNamespace: string | undefined
}

export interface ContainerProcess {
  readonly pid: number
  readonly name: string
}

const EMPTY: ContainerScope = { cgroups: [], pidNamespace: undefined }

/** Nothing is known of it: it has ended, or is in no group of its own. */
export const isEmpty = ({ cgroups, pidNamespace }: ContainerScope): boolean => cgroups.length === 0 && pidNamespace === undefined

/** Empty when the process is gone, or in no group of its own. `pid`: the container's first process, as the host counts. */
export function scopeOf(proc: string, pid: number): ContainerScope {
  if (pid <= 1) return EMPTY
  try {
    const others = new Set([process.pid, 1].flatMap((other) => cgroupLines(proc, other)))
    const cgroups = cgroupLines(proc, pid).filter((line) => !others.has(line) && !line.endsWith(':/'))
    const namespace = namespaceOf(proc, String(pid))
    const isOwn = namespace !== undefined && ![process.pid, 1].some((other) => namespaceOf(proc, String(other)) === namespace)
    const isFirst = /^NSpid:.*\t1$/m.test(text(join(proc, String(pid), 'status')))
    return { cgroups, pidNamespace: isOwn && isFirst ? namespace : undefined }
  } catch (error) {
    if (hasEnded(error)) return EMPTY
    throw error
  }
}

/** Those that live; a zombie does not. */
export function processesOf(proc: string, scope: ContainerScope): readonly ContainerProcess[] {
  if (isEmpty(scope)) return []
  return readdirSync(proc)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => holds(proc, scope, pid))
    .map((pid) => ({ pid, name: nameOf(proc, pid) }))
}

/** Whether that process lives and is one of the container's. */
export function holds(proc: string, { cgroups, pidNamespace }: ContainerScope, pid: number): boolean {
  try {
    if (!lives(proc, pid)) return false
    if (pidNamespace !== undefined && namespaceOf(proc, String(pid)) === pidNamespace) return true
    const own = cgroupLines(proc, pid)
    return cgroups.some((line) => own.some((one) => one === line || one.startsWith(`${line}/`)))
  } catch (error) {
    if (hasEnded(error)) return false
    throw error
  }
}

/** Undefined when it is gone, or may not be looked at, as that of the first process in some sandboxes. */
function namespaceOf(proc: string, pid: string): string | undefined {
  try {
    return readlinkSync(join(proc, pid, 'ns/pid'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES' || hasEnded(error)) return undefined
    throw error
  }
}

function lives(proc: string, pid: number): boolean {
  const stat = text(join(proc, String(pid), 'stat'))
  // The name stands in brackets, and may hold some.
  const state = stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3)
  return state !== 'Z' && state !== 'X'
}

function nameOf(proc: string, pid: number): string {
  try {
    return text(join(proc, String(pid), 'comm')).trimEnd()
  } catch (error) {
    if (hasEnded(error)) return ''
    throw error
  }
}

const text = (path: string): string => readFileSync(path, 'utf8')

/** ESRCH: it ended between open and read. */
const hasEnded = (error: unknown): boolean => ['ENOENT', 'ESRCH', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')

/** What a freezer says of these processes. */
export type Frozenness = 'frozen' | 'running' | 'not-visible'

/**
 * By the kernel: `cgroup.events` of version 2, `freezer.state` of version 1. `frozen`: every one of them; `not-visible`: a process is in no group that
 * can be looked at. `cgroups`: where version 2 is mounted.
 */
export function frozennessOf(proc: string, cgroups: string, pids: readonly number[]): Frozenness {
  const states = pids.map((pid) => frozennessOfOne(proc, cgroups, pid))
  if (states.includes('running')) return 'running'
  return states.length === 0 || states.includes('not-visible') ? 'not-visible' : 'frozen'
}

function frozennessOfOne(proc: string, cgroups: string, pid: number): Frozenness {
  const folder = folderOf(proc, cgroups, pid)
  const said = [folder === undefined || folder === cgroups ? undefined : eventOf(folder, 'frozen'), isFrozenBefore(freezerOf(proc, pid))]
  // On a host with both versions the runtime uses one of them.
  if (said.includes(true)) return 'frozen'
  return said.includes(false) ? 'running' : 'not-visible'
}

/** By version 1. Undefined where it has no group there, or that is gone. */
function isFrozenBefore(freezer: string | undefined): boolean | undefined {
  if (freezer === undefined) return undefined
  try {
    return text(join(freezer, 'freezer.state')).startsWith('FROZEN')
  } catch (error) {
    if (hasEnded(error)) return undefined
    throw error
  }
}
