/** What is contained as a whole: a container, or a process with all that descend from it. */
import { readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { ActionContext } from '../action.ts'
import type { ActionSubject } from '../subject.ts'
import { cgroupLines } from './cgroups.ts'
import { failed, gone } from './failures.ts'
import { familyOf } from './family.ts'
import { findProcess, type HostProcess, isGone, livingProcesses } from './processes.ts'

type Looking = Pick<ActionContext, 'proc' | 'descendants'>

/** Of actions that can be done to either. */
export const scopeSetting = z
  .enum(['container', 'tree', 'process'])
  .default('container')
  .describe(
    'container: the whole container, and outside of containers the process with all that descend from it. tree: always the latter. process: that process alone, and what is born of it from then on. Default: container.',
  )
export type WorkloadScope = z.infer<typeof scopeSetting>

export interface Workload {
  /** Names it for ever. */
  readonly key: string
  readonly containers: readonly string[]
  /** Those that live now. */
  readonly processes: () => readonly HostProcess[]
}

/** The container where there is one and it is asked for, else the process tree. Throws AppError ACTION_GONE where nothing of it lives, ACTION_FAILED where that is not clear. */
export function workloadOf(
  subject: ActionSubject,
  scope: WorkloadScope,
  at: { readonly action: string; readonly context: Looking },
): Workload {
  const { container, process } = subject
  const workload =
    scope === 'container' && container !== undefined ? containerWorkload(subject, at.context) : treeWorkload(subject, scope, at.context)
  if (workload === undefined) throw failed(at.action, 'no process or container is known to do it to')
  if (workload.processes().length > 0) return workload
  if (workload.containers.length === 0) throw gone(at.action, `process ${process?.pid} has ended`)
  throw failed(at.action, 'none of its processes lives, or can be told from others')
}

function treeWorkload({ process: root }: ActionSubject, scope: WorkloadScope, context: Looking): Workload | undefined {
  if (root === undefined) return undefined
  const alone = (): readonly HostProcess[] => [findProcess(context.proc, root)].filter((found) => found !== undefined)
  const processes = scope === 'process' ? alone : () => familyOf(root, context)
  return Object.freeze({ key: `${root.pid}@${root.startNs}`, containers: [], processes })
}

function containerWorkload({ container, process: witness }: ActionSubject, { proc }: Looking): Workload | undefined {
  if (container === undefined) return undefined
  const { id, name } = container
  return Object.freeze({ key: id, containers: [name ?? id], processes: () => membersOf(proc, id, witness) })
}

/**
 * By the control groups that bear its id, and the namespace of process ids whose first process is in them. Where no group bears it, by the namespace of
 * the process that is known of it, if that is not the host's.
 */
export function membersOf(proc: string, id: string, witness: ActionSubject['process']): readonly HostProcess[] {
  const living = livingProcesses(proc)
  const named = living.filter(({ pid }) => cgroupLines(proc, pid).some((line) => bearsId(line, id)))
  const known = witness === undefined ? undefined : findProcess(proc, witness)
  const heads = named.length > 0 ? named.filter(({ pid }) => isFirstOfNamespace(proc, pid)) : known === undefined ? [] : [known]
  const hosts = new Set([namespaceOf(proc, 'self'), namespaceOf(proc, '1')])
  const own = new Set(heads.map(({ pid }) => namespaceOf(proc, String(pid))).filter((one) => one !== undefined && !hosts.has(one)))
  const inOwn = own.size === 0 ? [] : living.filter(({ pid }) => own.has(namespaceOf(proc, String(pid))))
  return [...new Map([...named, ...inOwn].map((one) => [one.pid, one])).values()]
}

/** `/docker/ID`, `/system.slice/docker-ID.scope`, `/NAME`. Ids of runtimes are long; a short one, which a person chose, has to be a whole name. */
function bearsId(line: string, id: string): boolean {
  const names = line.slice(line.indexOf(':') + 1).split('/')
  return /^[0-9a-f]{12,}$/.test(id) ? names.some((name) => name.includes(id)) : names.includes(id)
}

function isFirstOfNamespace(proc: string, pid: number): boolean {
  try {
    return /^NSpid:.*\t1$/m.test(readFileSync(join(proc, String(pid), 'status'), 'utf8'))
  } catch (error) {
    if (isGone(error)) return false
    throw error
  }
}

/** Undefined when it is gone, or may not be looked at, as that of the first process in some sandboxes. */
function namespaceOf(proc: string, pid: string): string | undefined {
  try {
    return readlinkSync(join(proc, pid, 'ns/pid'))
  } catch (error) {
    if (isGone(error) || (error as NodeJS.ErrnoException).code === 'EACCES') return undefined
    throw error
  }
}
