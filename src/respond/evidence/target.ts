/** Of whom evidence is collected: a process, its tree, or all of a container. */
import { AppError } from '../../lib/app-error.ts'
import type { ActionContext } from '../action.ts'
import { findProcess, type HostProcess } from '../host/processes.ts'
import { workloadOf } from '../host/workload.ts'
import type { ActionSubject } from '../subject.ts'
import type { EvidenceTarget } from './capture.ts'

export const EVIDENCE_SCOPES = ['process', 'tree', 'container'] as const
export type EvidenceScope = (typeof EVIDENCE_SCOPES)[number]

/** `container` means the tree where there is no container. Throws AppError EVIDENCE_TARGET where nothing of it lives. */
export function evidenceTarget(
  subject: Pick<ActionSubject, 'process' | 'container'>,
  scope: EvidenceScope,
  context: Pick<ActionContext, 'proc' | 'descendants'>,
): EvidenceTarget {
  const { process: root, container } = subject
  const isContainer = container !== undefined && (scope === 'container' || root === undefined)
  const words = isContainer ? `container ${container.name ?? container.id}` : `process ${root?.pid} (${root?.name})`
  const members = scope === 'process' && root !== undefined ? () => alone(root, context.proc) : family(subject, isContainer, context)
  if (members().length === 0) throw new AppError('EVIDENCE_TARGET', { reason: `${words} has ended` })
  return {
    kind: isContainer ? 'container' : 'process',
    words,
    label: isContainer ? container.id : String(root?.pid),
    pid: root?.pid,
    container: container?.id,
    members,
  }
}

function alone(root: Pick<HostProcess, 'pid' | 'startNs'>, proc: string): readonly HostProcess[] {
  const found = findProcess(proc, root)
  return found === undefined ? [] : [found]
}

function family(
  subject: Pick<ActionSubject, 'process' | 'container'>,
  isContainer: boolean,
  context: Pick<ActionContext, 'proc' | 'descendants'>,
): () => readonly HostProcess[] {
  const whole = { hostname: '', findingId: undefined, file: undefined, address: undefined, ...subject }
  try {
    const { processes } = workloadOf(whole, isContainer ? 'container' : 'tree', { action: 'capture-evidence', context })
    return () => rootFirst(processes(), subject.process)
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause
    throw new AppError('EVIDENCE_TARGET', { reason: String(cause.facts.reason ?? cause.message) }, { cause })
  }
}

/** Then by age: parents before children. */
function rootFirst(processes: readonly HostProcess[], root: ActionSubject['process']): readonly HostProcess[] {
  return processes.toSorted((a, b) => Number(b.pid === root?.pid) - Number(a.pid === root?.pid) || a.startNs - b.startNs)
}
