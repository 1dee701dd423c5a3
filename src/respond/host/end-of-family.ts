/** The end of a family, as an action tells of it. */
import type { AppError } from '../../lib/app-error.ts'
import type { ActionContext, Done, Verification } from '../action.ts'
import { failed, gone } from './failures.ts'
import { familyOf } from './family.ts'
import { type Family, killFamily } from './kill.ts'
import type { HostProcess } from './processes.ts'

/** Throws AppError ACTION_FAILED. */
export async function killWholeFamily(
  { pid, startNs }: Pick<HostProcess, 'pid' | 'startNs'>,
  family: Family,
  { action, context }: { readonly action: string; readonly context: ActionContext },
): Promise<Done> {
  // The guard has refused it before; what comes next cannot be taken back.
  const lost = family().find((one) => one.pid === 1 || one.pid === process.pid)
  if (lost !== undefined) throw failed(action, `process ${lost.pid} (${lost.name}) is among them`)
  const begun = performance.now()
  const { processes, by } = await killFamily(family, { action, name: `${pid}-${Math.trunc(startNs / 1e7)}`, context })
  const tookMs = Math.round(performance.now() - begun)
  const count = processes === 1 ? '1 process was' : `${processes} processes were`
  return { summary: `${count} killed in ${tookMs} ms`, detail: { processes, by, tookMs }, undo: undefined }
}

/** Why it cannot be killed: it has ended. What it may have left behind to evade that is a failure, and told as one. */
export function endedBefore(action: string, root: Pick<HostProcess, 'pid' | 'startNs'>, context: ActionContext): AppError {
  const left = familyOf(root, context).length
  if (left === 0) return gone(action, `process ${root.pid} has ended`)
  return failed(action, `process ${root.pid} has ended, and ${left} that descend from it live on; kill-descendants ends those`)
}

/** `living`: of the family, looked up anew. */
export function familyDead(living: readonly HostProcess[], { detail }: Done): Verification {
  if (living.length === 0)
    return { verified: true, summary: `none of the ${detail.processes} processes lives, and nothing that descends from them` }
  const named = living.slice(0, 5).map(({ pid, name }) => `${pid} ${name}`)
  return { verified: false, summary: `${living.length} live on: ${named.join(', ')}` }
}
