/** What an agent does about what an earlier one did: what was lost with that is done again, what it was killed at is taken back or done to the end. */
import type { ActionRecord } from '../findings/action-record.ts'
import { AppError } from '../lib/app-error.ts'
import { ACTION_TIMEOUT_MS, type ActionContext, type AnyAction, type Done } from './action.ts'
import type { Journal, StandingAction } from './journal.ts'
import type { RequestLimits, RequestStep, ResponseRequest } from './request.ts'
import { createStory, type Story } from './steps.ts'

export type Asked = Pick<ResponseRequest, 'subject' | 'mode' | 'limits' | 'userId'>

export interface ResumeOptions {
  readonly actions: readonly AnyAction[]
  readonly journal: Journal
  readonly host: Omit<ActionContext, 'signal' | 'note'>
  readonly tell: (record: ActionRecord) => void
  /** Whether it worked. */
  readonly attempt: (asked: Asked, step: RequestStep, story: Story) => Promise<boolean>
  readonly undo: (standing: StandingAction, userId: string | undefined, why: string) => Promise<void>
}

export const HAS_ENDED = 'what it was done to has ended'

/** Of what an earlier agent was allowed. */
const NO_LIMITS: RequestLimits = { perMinute: 1, concurrent: 1, processes: Number.POSITIVE_INFINITY, containers: Number.POSITIVE_INFINITY }

/** Call what it returns once, before anything is asked for. */
export function createResume({ actions, journal, host, tell, attempt, undo }: ResumeOptions): () => Promise<void> {
  const { nowNs } = host

  async function resume(): Promise<void> {
    for (const one of journal.begun()) await afterKill(one)
    for (const standing of journal.standing()) {
      const { record, subject, settings } = standing
      const action = actions.find(({ name }) => name === record.action)
      if (action === undefined || (record.expiresNs ?? Number.POSITIVE_INFINITY) <= nowNs()) continue
      await again(standing, action, { subject, settings })
    }
  }

  /** The agent before was killed while it was at it. */
  async function afterKill(begun: StandingAction): Promise<void> {
    const { record, subject, settings, done } = begun
    const action = actions.find(({ name }) => name === record.action)
    if (action?.undo !== undefined && done.undo !== undefined) {
      const over: StandingAction = { ...begun, record: { ...record, phase: 'executed', undoable: true, expiresNs: nowNs() } }
      journal.put(over)
      return undo(over, undefined, 'the agent ended while it was at it')
    }
    journal.remove(record.id)
    const story = createStory(record, { nowNs, tell })
    if (action?.repeatable === undefined) return story.step('failed', 'the agent ended while it was at it: how far it came is not known')
    const asked = { subject, mode: record.mode, limits: NO_LIMITS, userId: record.userId }
    await attempt(asked, { action, settings, forNs: undefined, onFailure: 'stop' }, story)
  }

  /** What the kernel holds for a process ends with it. */
  async function again(
    standing: StandingAction,
    action: AnyAction,
    { subject, settings }: Pick<StandingAction, 'subject' | 'settings'>,
  ): Promise<void> {
    const context: ActionContext = { ...host, signal: AbortSignal.timeout(ACTION_TIMEOUT_MS) }
    const story = createStory(standing.record, { nowNs, tell })
    try {
      const config = action.schema.parse(settings) as never
      const before = await action.verify(subject, config, standing.done, context)
      if (before.verified) return
      if (before.isLost) throw new AppError('ACTION_FAILED', { action: action.name, reason: before.summary })
      const done: Done = await action.run(subject, config, context)
      story.step('executed', `again, since the agent started anew: ${done.summary}`)
      const { verified, summary } = await action.verify(subject, config, done, context)
      story.step(verified ? 'verified' : 'unverified', summary)
      // What stands by an earlier turn is taken back by the words of that.
      journal.put({ ...standing, record: story.record(), done: done.undo === undefined ? standing.done : done })
    } catch (error) {
      // It would stand for nobody, and so would the control group that was made for it.
      if (error instanceof AppError && error.code === 'ACTION_GONE') return undo(standing, undefined, HAS_ENDED)
      journal.remove(standing.record.id)
      story.step('failed', `it did not outlive the agent that did it: ${(error as Error).message}`, {
        undoable: false,
        expiresNs: undefined,
      })
    }
  }

  return resume
}
