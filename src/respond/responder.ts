/**
 * Does what responses and people ask for: asked → allowed → executed → verified → taken back. Every step is told; what fails, or cannot be shown to have
 * worked, is told louder.
 */
import type { ActionRecord } from '../findings/action-record.ts'
import { AppError } from '../lib/app-error.ts'
import { ACTION_TIMEOUT_MS, type ActionContext, type AnyAction, type Done } from './action.ts'
import type { Guard } from './guard.ts'
import type { Journal, StandingAction } from './journal.ts'
import { createRates } from './rate.ts'
import { type RequestStep, type ResponseRequest, targetKey, targetText } from './request.ts'
import { type Asked, createResume, HAS_ENDED } from './resume.ts'
import { createStory, keptReach, NO_REACH, reachText, type Story } from './steps.ts'
import { createWaitingRoom } from './waiting-room.ts'
import { chooseWay, type Narrowed } from './way.ts'

export interface ResponderOptions {
  readonly actions: readonly AnyAction[]
  readonly guard: Guard
  readonly journal: Journal
  /** What actions are given of the host, but the signal that ends them. */
  readonly host: Omit<ActionContext, 'signal' | 'note'>
  /** After each step of a record. */
  readonly tell: (record: ActionRecord) => void
  /** Another text each time, which sorts by time. */
  readonly newId: () => string
}

export interface ResponderCounts {
  /** Requests that were the same as one just before, or that something stands of. */
  readonly repeated: number
  /** Requests beyond the limits of their response, and beyond the refusals that are worth a record. */
  readonly untold: number
  readonly waiting: number
  readonly running: number
  readonly standing: number
}

export interface Responder {
  /** Never throws, and does not wait: what comes of it is told. */
  readonly request: (request: ResponseRequest) => void
  /** A person's answer; a text says why nothing came of it. */
  readonly answer: (kind: 'approve' | 'deny' | 'undo', id: string, userId: string) => string | undefined
  /** Takes back what is over, lets go what nobody answered. Call it every second. */
  readonly tick: () => void
  /** What an earlier agent did: what is over is taken back, what was lost with it is done again. */
  readonly resume: () => Promise<void>
  readonly counts: () => ResponderCounts
  /** Resolves when nothing is under way. What stands goes on standing, or ends with this process. */
  readonly idle: () => Promise<void>
}

/** What could not be taken back is tried again so much later. */
const UNDO_RETRY_NS = 60e9

type Begun = Pick<StandingAction, 'subject' | 'settings'> & { readonly action: AnyAction }

type Execution = Begun & Pick<RequestStep, 'forNs'>
interface Performing {
  readonly story: Story
  readonly context: ActionContext
}

export function createResponder({ actions, guard, journal, host, tell, newId }: ResponderOptions): Responder {
  const { nowNs, log } = host
  const rates = createRates()
  const waiting = createWaitingRoom()
  const running = new Set<Promise<unknown>>()
  const retryAt = new Map<string, number>()
  const undoing = new Set<string>()
  const underWay = new Map<string, Promise<boolean>>()
  let repeated = 0
  let untold = 0

  function request(asked: ResponseRequest): void {
    const key = keyOf(asked)
    if (key !== undefined && isRepeated(asked, key)) {
      repeated++
      return
    }
    const stories = asked.steps.map((step) => begun(asked, step))
    if (asked.mode !== 'ask') void track(run(asked, stories, key))
    else if (waiting.hasRoom(asked.workload)) wait(asked, stories, key)
    else refuseOrCount(asked, stories, `${waiting.size()} others wait for an answer`)
  }

  function wait(asked: ResponseRequest, stories: readonly Story[], key: string | undefined): void {
    rates.note(key, nowNs())
    waiting.add({ key, request: asked, stories, untilNs: nowNs() + asked.askForNs })
    const { heldBack } = asked
    for (const story of stories)
      story.step('asked', heldBack === undefined ? 'waits for somebody to allow it' : `waits for somebody to allow it: ${heldBack}`)
  }

  /** Ten findings of one process are one request; not where a step is about a file or an address, and theirs are different ones. */
  function isRepeated({ subject, steps, policy }: ResponseRequest, key: string): boolean {
    if (rates.isRepeated(key, nowNs()) || waiting.hasKey(key)) return true
    const needs = needsOf(steps)
    const target = targetKey(subject, needs)
    return journal.standing().some((one) => one.record.policy === policy && targetKey(one.subject, needs) === target)
  }

  function refuseOrCount({ policy, workload }: ResponseRequest, stories: readonly Story[], reason: string): void {
    if (policy !== undefined && !rates.isTold({ who: policy, workload }, nowNs())) untold++
    else for (const story of stories) story.step('refused', reason)
  }

  function begun(
    { subject, mode, policy, userId, incidentId, recordId, heldBack }: ResponseRequest,
    { action, settings }: RequestStep,
  ): Story {
    const { hostname, findingId } = subject
    return createStory(
      {
        ...{ id: recordId ?? newId(), timeNs: nowNs(), hostname, action: action.name, target: targetText(subject, action.needs), mode },
        ...{ findingId, incidentId, userId, policy, undoable: false, expiresNs: undefined, reach: NO_REACH },
        ...{ phase: 'asked', steps: [] },
        detail: { ...settingFacts(settings), ...(heldBack !== undefined && { maintenance: heldBack }) },
      },
      { nowNs, tell },
    )
  }

  async function run(asked: ResponseRequest, stories: readonly Story[], key: string | undefined): Promise<void> {
    const claim = { who: asked.policy ?? `user ${asked.userId ?? ''}`, workload: asked.workload }
    const reason = rates.begin(claim, asked.limits, nowNs())
    if (reason !== undefined) return refuseOrCount(asked, stories, reason)
    rates.note(key, nowNs())
    try {
      await runSteps(asked, stories)
    } finally {
      rates.end(claim)
    }
  }

  async function runSteps(asked: ResponseRequest, stories: readonly Story[]): Promise<void> {
    for (const [index, step] of asked.steps.entries()) {
      const story = stories[index]
      if (story === undefined) return
      const worked = await attempt(asked, step, story)
      if (worked || step.onFailure === 'continue') continue
      for (const left of stories.slice(index + 1)) left.step('refused', `${step.action.name} before it did not work`)
      return
    }
  }

  /** Whether the steps behind it may follow. */
  function attempt(asked: Asked, step: RequestStep, story: Story): Promise<boolean> {
    const { id } = story.record()
    const work = tried(asked, step, story).finally(() => underWay.delete(id))
    underWay.set(id, work)
    return work
  }

  async function tried(asked: Asked, step: RequestStep, story: Story): Promise<boolean> {
    const context: ActionContext = { ...host, signal: AbortSignal.timeout(ACTION_TIMEOUT_MS) }
    try {
      return await Promise.race([perform(asked, step, { story, context }), outOfTime(context.signal, step.action)])
    } catch (error) {
      const reason = (error as Error).message
      if (!(error instanceof AppError)) log.error('an action failed because of a bug', { action: step.action.name, reason })
      else if (asked.mode === 'dry-run') return hasStep(story, 'planned', `would not come about: ${reason}`)
      else if (error.code === 'ACTION_GONE') return letGo(story, reason)
      return !hasStep(story, 'failed', reason)
    }
  }

  /** It ended by itself: nothing failed, and the steps behind may follow. What stands for it already is taken away. */
  async function letGo(story: Story, reason: string): Promise<true> {
    story.step('gone', reason)
    const standing = journal.find(story.record().id)
    if (standing !== undefined) await undo({ ...standing, record: story.record() }, undefined, HAS_ENDED)
    return true
  }

  async function perform({ subject, mode, limits, userId }: Asked, step: RequestStep, at: Performing): Promise<boolean> {
    const { action, forNs } = step
    const { story, context } = at
    const missing = missingPart(subject, action)
    if (missing !== undefined) return refuse(story, missing)
    const way = await chooseWay(step, { subject, limits, guard, actions, context })
    const { reach, refusal, narrowed } = way
    const kept = { reach: keptReach(reach), ...(userId !== undefined && { userId }), ...(narrowed !== undefined && recordOf(narrowed)) }
    const touched = narrowed === undefined ? reachText(reach) : `${reachText(reach)}: ${narrowed.why}`
    if (mode === 'dry-run') {
      story.step('planned', refusal === undefined ? `would touch ${touched}` : `would be refused: ${refusal}`, kept)
      return true
    }
    if (refusal !== undefined) return refuse(story, refusal, kept)
    story.step('allowed', `touches ${touched}`, kept)
    return execute({ ...way, subject, forNs }, at)
  }

  async function execute({ subject, settings, action, forNs }: Execution, { story, context }: Performing): Promise<boolean> {
    const config = action.schema.parse(settings) as never
    const done = await begin({ subject, settings, action }, story, context)
    const undoable = done.undo !== undefined && action.undo !== undefined
    const expiresNs = undoable && forNs !== undefined ? nowNs() + forNs : undefined
    story.step('executed', done.summary, { undoable, expiresNs, detail: done.detail })
    if (undoable) journal.put({ record: story.record(), subject, settings, done })
    else journal.remove(story.record().id)
    const { verified, summary } = await action.verify(subject, config, done, context)
    story.step(verified ? 'verified' : 'unverified', summary)
    if (journal.find(story.record().id) !== undefined) journal.put({ record: story.record(), subject, settings, done })
    return verified
  }

  /** Whoever comes after an agent that is killed in the midst of it finds it in the journal. */
  async function begin({ subject, settings, action }: Begun, story: Story, context: ActionContext): Promise<Done> {
    const record = story.record()
    const note = (undo: Done['undo']): void => journal.put({ record, subject, settings, done: { summary: '', detail: {}, undo } })
    note(undefined)
    try {
      return await action.run(subject, action.schema.parse(settings) as never, { ...context, note })
    } catch (error) {
      journal.remove(record.id)
      throw error
    }
  }

  function answer(kind: 'approve' | 'deny' | 'undo', id: string, userId: string): string | undefined {
    if (kind === 'undo') return askUndo(id, userId)
    const found = waiting.take(id)
    if (found === undefined) return 'nothing waits for that answer'
    if (kind === 'deny') for (const story of found.stories) story.step('denied', 'somebody said no', { userId })
    else void track(run({ ...found.request, mode: 'act', userId }, found.stories, undefined))
    return undefined
  }

  function askUndo(id: string, userId: string): string | undefined {
    if (journal.find(id) === undefined) return 'it does not stand any more, or cannot be taken back'
    // What is not verified yet is taken back after that.
    const verified = Promise.resolve(underWay.get(id)).then(() => journal.find(id))
    void track(verified.then((found) => found && undo(found, userId, 'somebody took it back')))
    return undefined
  }

  async function undo(standing: StandingAction, userId: string | undefined, why: string): Promise<void> {
    const { record, done } = standing
    if (undoing.has(record.id)) return
    undoing.add(record.id)
    const story = createStory(record, { nowNs, tell })
    try {
      const action = actions.find(({ name }) => name === record.action)
      if (action?.undo === undefined || done.undo === undefined) throw new AppError('ACTION_UNKNOWN', { action: record.action, hint: '' })
      const summary = await action.undo(done.undo, { ...host, signal: AbortSignal.timeout(ACTION_TIMEOUT_MS) })
      journal.remove(record.id)
      retryAt.delete(record.id)
      story.step('rolled-back', `${why}: ${summary}`, { undoable: false, expiresNs: undefined, ...(userId !== undefined && { userId }) })
    } catch (error) {
      retryAt.set(record.id, nowNs() + UNDO_RETRY_NS)
      story.step('rollback-failed', (error as Error).message)
    } finally {
      undoing.delete(record.id)
    }
  }

  function tick(): void {
    const now = nowNs()
    for (const story of waiting.takeOver(now)) story.step('expired', 'nobody answered in time')
    for (const standing of journal.standing()) {
      const { id, expiresNs } = standing.record
      if (expiresNs === undefined || now < expiresNs || now < (retryAt.get(id) ?? 0) || underWay.has(id)) continue
      void track(undo(standing, undefined, 'its time is over'))
    }
  }

  function track(work: Promise<unknown>): Promise<unknown> {
    running.add(work)
    return work.finally(() => running.delete(work))
  }

  return Object.freeze({
    request,
    answer,
    tick,
    resume: createResume({ actions, journal, host, tell, attempt, undo }),
    counts: () => ({ repeated, untold, waiting: waiting.size(), running: running.size, standing: journal.standing().length }),
    idle: async () => {
      while (running.size > 0) await Promise.allSettled(running)
    },
  })
}

const needsOf = (steps: readonly RequestStep[]): readonly AnyAction['needs'][] => steps.map(({ action }) => action.needs)

/** Equal for requests of a response that would do the same to the same; undefined for what a person asks for. */
const keyOf = ({ policy, mode, subject, steps }: ResponseRequest): string | undefined =>
  policy === undefined ? undefined : `${policy} ${mode} ${targetKey(subject, needsOf(steps))}`

/** Rejects when the time of the action is over, whether it listens to its signal or not. */
function outOfTime(signal: AbortSignal, { name }: AnyAction): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  signal.addEventListener('abort', () => reject(new AppError('ACTION_FAILED', { action: name, reason: 'it took too long' })), {
    once: true,
  })
  return promise
}

function hasStep(story: Story, ...step: Parameters<Story['step']>): true {
  story.step(...step)
  return true
}

const recordOf = ({ action, target, detail }: Narrowed): Parameters<Story['step']>[2] => ({ action, target, detail })

function refuse(story: Story, reason: string, more?: Parameters<Story['step']>[2]): false {
  story.step('refused', reason, more)
  return false
}

function missingPart(subject: ResponseRequest['subject'], { needs }: AnyAction): string | undefined {
  if (needs === 'none' || subject[needs] !== undefined) return undefined
  if (needs === 'container' && subject.process !== undefined) return 'it did not happen in a container'
  return `no ${needs} is known to do it to`
}

/** Single values of the settings, for machines. */
function settingFacts(settings: Readonly<Record<string, unknown>>): Record<string, string | number | boolean> {
  const single = Object.entries(settings).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
  return Object.fromEntries(single.map(([name, value]) => [`with.${name}`, value])) as Record<string, string | number | boolean>
}
