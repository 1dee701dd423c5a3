/** The responses of an agent: findings come in, actions are done, and what comes of them is told. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createStandingRisks } from '../correlate/standing-risk.ts'
import type { Engine } from '../detect/engine.ts'
import { type ChosenResponse, compileResponses, type Responses } from '../detect/responses.ts'
import type { ActionRecord } from '../findings/action-record.ts'
import type { Finding } from '../findings/finding.ts'
import { INTERNAL_RULES, type InternalRule, internalFinding } from '../findings/internal-finding.ts'
import { renderDiagnostic } from '../lang/diagnostic.ts'
import type { ResponseSet } from '../lang/load-responses.ts'
import { chosenResponseFiles, type ResponseChoice } from '../lang/response-choice.ts'
import { AppError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import { ACTIONS } from '../respond/actions.ts'
import { createGuard } from '../respond/guard.ts'
import { openJournal } from '../respond/journal.ts'
import type { Native } from '../respond/native.ts'
import { type ActOrder, type ResponseOrder, recordOfOrder } from '../respond/order.ts'
import type { RequestLimits, ResponseRequest } from '../respond/request.ts'
import { createResponder, type Responder } from '../respond/responder.ts'
import { createStory } from '../respond/steps.ts'
import type { ActionSubject } from '../respond/subject.ts'
import { type FlightRecorder, workloadsOf } from './flight-recorder.ts'
import type { LiveEvents } from './live-events.ts'
import type { ResponsesView } from './metrics/agent-view.ts'
import { cgroupsRoot } from './responses/cgroups-root.ts'
import { createHookKills } from './responses/hook-kills.ts'
import { createKeeping } from './responses/keeping.ts'
import type { KeepLimits } from './responses/kept-folders.ts'
import { createKnownFacts } from './responses/known-facts.ts'
import { actionNamed, checkPlaces, checkSettings, readResponses } from './responses/load.ts'
import { ownProcesses } from './responses/own-processes.ts'
import { descendantsIn, processEvent, subjectOf, workloadName } from './responses/subject.ts'
import type { RuleReport } from './rules.ts'

export interface ResponsesOptions {
  readonly choice: ResponseChoice
  /** The folder of what outlives a run. */
  readonly state: string
  readonly hostname: string
  readonly native: Native
  readonly live: Pick<LiveEvents, 'view' | 'nowNs' | 'knobs'>
  /** That run when it begins. */
  readonly engine: Pick<Engine, 'rules' | 'planner'>
  /** What came before. */
  readonly recorder: Pick<FlightRecorder, 'past'>
  /** How much of evidence, and of what came before findings, is kept. */
  readonly keep: KeepLimits
  /** Of Tarsier, for what it keeps as evidence. */
  readonly version: string
  /** After each step of an action. */
  readonly tell: (record: ActionRecord) => void
  /** What a person should hear of, as a finding. */
  readonly emit: (finding: Finding) => void
  readonly report: RuleReport
  readonly log: Log
}

export interface AgentResponses {
  readonly onFinding: (finding: Finding) => void
  /** From now on these rules find. */
  readonly useRules: (rules: Pick<Engine, 'rules' | 'planner'>) => void
  /** What a person asked for. */
  readonly order: (order: ResponseOrder) => void
  readonly reload: () => void
  /** The files that a change of which is worth a reload. */
  readonly files: () => readonly string[]
  /** Call it every second. */
  readonly tick: () => void
  /** What an earlier agent did goes on. */
  readonly resume: () => Promise<void>
  /** What is kept is thrown away when it is too much or too old. Call it every ten minutes. */
  readonly expire: () => void
  readonly view: () => ResponsesView
  readonly idle: () => Promise<void>
}

interface Loaded {
  readonly set: ResponseSet
  readonly responses: Responses
  readonly count: number
}

/** Of what a person asks for: the guard still refuses what is protected. */
const PERSON_LIMITS: RequestLimits = { perMinute: 120, concurrent: 16, processes: 100_000, containers: 100 }

/** Throws AppError FILE_*. What is wrong in the files is said, and the rest of them runs. */
export function createAgentResponses(options: ResponsesOptions): AgentResponses {
  const { choice, state, hostname, native, live, report, version, log } = options
  const { nowNs } = live
  const hooks = createHookKills(live.knobs, log)
  let rules = options.engine
  let loaded = load()
  const risks = createStandingRisks()
  const known = createKnownFacts()
  const keeping = createKeeping({ ...options, nowNs, past: (finding) => pastOf(subjectOf(finding)) })
  const guard = createGuard({
    proc: '/proc',
    ownPids: () => ownProcesses(state),
    protects: (facts) => loaded.responses.protects(processEvent(facts, live.view)),
  })
  const responder: Responder = createResponder({
    actions: ACTIONS,
    guard,
    journal: openJournal(join(state, 'respond/standing.json'), log),
    host: {
      ...{ native, proc: '/proc', cgroups: cgroupsRoot(), state, nowNs, log },
      descendants: (pid: number, startNs: number) => descendantsIn(live.view, { pid, startNs }),
      evidence: { version, given: (subject: ActionSubject) => known.given(pastOf(subject)) },
    },
    tell,
    newId: () => newActionId(nowNs()),
  })

  /** Of all that the subject is part of. */
  function pastOf({ process: one, container }: Pick<ActionSubject, 'process' | 'container'>): readonly string[] {
    const known = one && live.view.process(one.pid, one.startNs)
    const workloads = [
      ...(known === undefined ? [] : workloadsOf(known)),
      ...(container === undefined ? [] : [`container ${container.id.slice(0, 12)}`]),
    ]
    return options.recorder.past([...new Set(workloads)], nowNs())
  }

  function load(): Loaded {
    const set = readResponses(choice)
    for (const problem of set.diagnostics) report.stderr(`${renderDiagnostic(problem, { color: report.colour })}\n`)
    hooks.arm(rules, set)
    return { set, responses: compileResponses(set), count: set.responses.filter(({ mode }) => mode !== 'off').length }
  }

  function reload(): void {
    try {
      loaded = load()
      log.info('responses loaded', { responses: loaded.count })
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      log.error('the responses were not loaded; those before go on', { code: error.code, reason: error.message })
    }
  }

  function onFinding(finding: Finding): void {
    known.finding(finding)
    keeping.seal(finding)
    if (finding.source === 'internal') return
    const risk = risks.take(finding)
    for (const chosen of loaded.responses.choose(finding, { risk }, nowNs())) responder.request(requestOf(chosen, finding))
  }

  function requestOf({ response, mode, heldBack }: ChosenResponse, finding: Finding): ResponseRequest {
    const steps = response.steps.map(({ action, ...step }) => ({ ...step, action: actionNamed(action.value) }))
    const { limits, askForNs, name } = response
    const whose = { policy: name.value, heldBack, userId: undefined, incidentId: undefined, recordId: undefined }
    const subject = subjectOf(finding)
    return { subject, workload: workloadName(subject, live.view), steps, mode, limits, askForNs, ...whose }
  }

  function order(given: ResponseOrder): void {
    if (given.kind !== 'act') {
      const reason = responder.answer(given.kind, given.actionId, given.userId)
      if (reason !== undefined) log.warning('an answer came too late', { action: given.actionId, answer: given.kind, reason })
      return
    }
    try {
      responder.request(wishOf(given))
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      log.error('what a person asked for cannot be done', { action: given.action, reason: error.message })
      const needs = ACTIONS.find(({ name }) => name === given.action)?.needs ?? 'none'
      createStory(recordOfOrder(given, { timeNs: nowNs(), hostname, needs }), { nowNs, tell }).step('refused', error.message)
    }
  }

  /** Throws AppError ACTION_*, RESPONSE_DRY_RUN. */
  function wishOf({ action: name, settings, subject, mode, forNs, userId, incidentId, id: recordId }: ActOrder): ResponseRequest {
    const action = actionNamed(name)
    checkSettings(action, settings)
    checkPlaces(action, settings, loaded.set)
    if (mode === 'act' && choice.atMost === 'dry-run') throw new AppError('RESPONSE_DRY_RUN', { host: hostname })
    const steps = [{ action, settings, forNs, onFailure: 'stop' as const }]
    const whose = { policy: undefined, workload: undefined, heldBack: undefined, userId, incidentId, recordId }
    return { subject: { ...subject, hostname }, steps, mode, limits: PERSON_LIMITS, askForNs: 0, ...whose }
  }

  function tell(record: ActionRecord): void {
    options.tell(record)
    keeping.onStep(record)
    known.action(record)
    const rule = record.phase === 'allowed' && record.detail.insteadOf !== undefined ? INTERNAL_RULES.responseRefused : LOUD[record.phase]
    if (rule === undefined) return
    const { action, target, mode, policy, id, steps } = record
    const output = `${action} of ${target}: ${record.phase}, ${steps.at(-1)?.detail ?? ''}`
    const fields = {
      'response.id': id,
      'response.action': action,
      'response.phase': record.phase,
      'response.mode': mode,
      'response.policy': policy ?? null,
    }
    options.emit(internalFinding(rule, { output, fields, timeNs: nowNs(), hostname }))
  }

  return Object.freeze({
    onFinding,
    order,
    reload,
    useRules: (next: Pick<Engine, 'rules' | 'planner'>) => {
      rules = next
      hooks.arm(next, loaded.set)
    },
    files: () => chosenResponseFiles(choice),
    tick: responder.tick,
    resume: responder.resume,
    expire: keeping.expire,
    view: () => ({ ...responder.counts(), responses: loaded.count, ...keeping.view() }),
    idle: responder.idle,
  })
}

/** Steps that are findings, too: in every output, so that nobody has to look for them. */
const LOUD: Readonly<Partial<Record<ActionRecord['phase'], InternalRule>>> = {
  asked: INTERNAL_RULES.responseAsked,
  verified: INTERNAL_RULES.responseDone,
  'rolled-back': INTERNAL_RULES.responseDone,
  failed: INTERNAL_RULES.responseFailed,
  gone: INTERNAL_RULES.responseLate,
  unverified: INTERNAL_RULES.responseFailed,
  'rollback-failed': INTERNAL_RULES.responseFailed,
  refused: INTERNAL_RULES.responseRefused,
}

/** Sorts by time. */
const newActionId = (nowNs: number): string => `act-${Math.trunc(nowNs / 1000).toString(36)}-${randomBytes(4).toString('hex')}`
