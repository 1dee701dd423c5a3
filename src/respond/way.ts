/** How a step is done: as it was asked for; or where that would touch too many processes, to the process of the subject alone. */
import type { ActionReach } from '../findings/action-record.ts'
import type { ActionContext, AnyAction } from './action.ts'
import type { Guard } from './guard.ts'
import { type RequestLimits, type RequestStep, targetText } from './request.ts'
import type { ActionSubject } from './subject.ts'

export interface Way {
  readonly action: AnyAction
  readonly settings: RequestStep['settings']
  readonly reach: ActionReach & { readonly pids: readonly number[] }
  /** Why it is refused; undefined: it may be done. */
  readonly refusal: string | undefined
  /** Of one that is narrower than what was asked for. */
  readonly narrowed: Narrowed | undefined
}

export interface Narrowed {
  /** For people: `the process alone, since kill-tree would touch 150 processes, and may touch 100`. */
  readonly why: string
  /** For the record, which tells what is done. */
  readonly action: string
  readonly target: string
  readonly detail: { readonly insteadOf: string; readonly tooMany: number }
}

interface Deciding {
  readonly subject: ActionSubject
  readonly limits: RequestLimits
  readonly guard: Guard
  readonly actions: readonly AnyAction[]
  readonly context: ActionContext
}

/**
 * Who forks often enough would go free otherwise: one process beyond the limit, and nothing is done. What the finding is about is one process, which is always within
 * it. Throws AppError ACTION_*.
 */
export async function chooseWay({ action, settings }: Pick<RequestStep, 'action' | 'settings'>, deciding: Deciding): Promise<Way> {
  const { subject, limits, guard, actions } = deciding
  const asked = await lookAt(action, settings, deciding)
  const alone = action.alone?.(action.schema.parse(settings) as never)
  const other = actions.find(({ name }) => name === alone?.action)
  if (asked.reach.processCount <= limits.processes || alone === undefined || other === undefined || subject.process === undefined)
    return { ...asked, narrowed: undefined }
  const way = await lookAt(other, alone.settings, deciding)
  const why = `the process alone, since ${action.name}: ${guard.refusal(asked.reach, limits)}`
  const detail = { insteadOf: action.name, tooMany: asked.reach.processCount }
  return { ...way, narrowed: { why, action: other.name, target: targetText(subject, 'process'), detail } }
}

async function lookAt(
  action: AnyAction,
  settings: RequestStep['settings'],
  { subject, limits, guard, context }: Deciding,
): Promise<Omit<Way, 'narrowed'>> {
  const reach = await action.reach(subject, action.schema.parse(settings) as never, context)
  return { action, settings, reach, refusal: guard.refusal(reach, limits) }
}
