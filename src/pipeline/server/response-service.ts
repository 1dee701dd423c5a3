/** Responses as people see and ask for them; agents do them. */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { ActionInfo, AskedAction, LiveHub, LiveMessage, NamedSubject, ResponseService, ResponsesInForce } from '../../api/services.ts'
import { isMaintenanceOpen } from '../../detect/responses.ts'
import type { ActionRecord } from '../../findings/action-record.ts'
import type { ResponseChoice } from '../../lang/response-choice.ts'
import { AppError } from '../../lib/app-error.ts'
import { ACTIONS } from '../../respond/actions.ts'
import { type ActOrder, recordOfOrder } from '../../respond/order.ts'
import { createStory } from '../../respond/steps.ts'
import type { ActionSubject, ProcessSubject } from '../../respond/subject.ts'
import type { TimeRange } from '../../store/page.ts'
import type { Store } from '../../store/store.ts'
import { actionNamed, checkPlaces, checkSettings, readResponses, readResponseText } from '../responses/load.ts'
import { apiDiagnostic } from './api-diagnostic.ts'
import type { OrderDesk } from './orders.ts'
import { planOf } from './response-plan.ts'

export interface ResponseServiceOptions {
  readonly choice: ResponseChoice
  readonly store: Store
  readonly hub: LiveHub
  readonly orders: OrderDesk
  readonly nowNs: () => number
}

export interface KeptResponseService extends ResponseService {
  /** What a person asked for, and no agent ever told of, has failed: that is written down. Call it now and then. Throws AppError STORE_*. */
  readonly settle: () => void
}

/** How long a person waits for the answer to a dry run. */
const PREVIEW_MS = 8000
/** An agent tells its first step at once; what it never tells of was lost on the way. The desk keeps nothing for so long. */
const LOST_NS = 180e9
const PAGE = 500

export function createResponseService({ choice, store, hub, orders, nowNs }: ResponseServiceOptions): KeptResponseService {
  const { state } = store

  function inForce(): ResponsesInForce {
    const { responses, protections, maintenance, diagnostics } = readResponses(choice)
    return {
      responses: responses.map(({ name, desc, mode, steps, limits }) => ({
        ...{ name: name.value, desc, mode, limits, file: name.origin.file.path },
        actions: steps.map(({ action }) => action.value),
      })),
      protections: protections.map(({ name }) => name.value),
      maintenance: maintenance.map((item) => ({ name: item.name.value, mode: item.mode, open: isMaintenanceOpen(item, nowNs()) })),
      diagnostics: diagnostics.map(apiDiagnostic),
    }
  }

  async function ask(asked: AskedAction): Promise<ActionRecord> {
    const { action: name, settings, mode, forSeconds, userId, incidentId, subject } = asked
    const action = actionNamed(name)
    checkSettings(action, settings)
    checkPlaces(action, settings, readResponses(choice))
    if (forSeconds !== undefined && action.undo === undefined)
      throw new AppError('ACTION_SETTING', { action: name, problem: 'it cannot be taken back: no forSeconds' })
    const { hostname } = subject
    const known = subjectOf(subject)
    requireAgent(hostname)
    const id = `act-${Math.trunc(nowNs() / 1000).toString(36)}-${randomBytes(4).toString('hex')}`
    const forNs = forSeconds === undefined ? undefined : forSeconds * 1e9
    const order: ActOrder = { kind: 'act', id, action: name, settings, subject: known, mode, forNs, userId, incidentId }
    const story = createStory(recordOfOrder(order, { timeNs: nowNs(), hostname, needs: action.needs }), { nowNs, tell: keepActs })
    const answered = mode === 'dry-run' ? nextRecord(id) : undefined
    if (orders.give(hostname, order)) story.step('asked', 'handed to the agent')
    else {
      story.step('refused', new AppError('RESPONSE_TOO_MANY', { host: hostname }).message)
      return story.record()
    }
    return (await answered) ?? story.record()
  }

  /** Of a dry run only what the agent tells is kept. */
  const keepActs = (record: ActionRecord): void => {
    if (record.mode === 'act') keep(record)
  }

  function keep(record: ActionRecord): void {
    state.actions.put(record)
    hub.publish({ kind: 'action', action: record })
  }

  /** Undefined when none comes in time. */
  function nextRecord(id: string): Promise<ActionRecord | undefined> {
    const { promise, resolve } = Promise.withResolvers<ActionRecord | undefined>()
    const timer = setTimeout(() => resolve(undefined), PREVIEW_MS)
    const leave = hub.subscribe(undefined, (_, message: LiveMessage) => {
      if (message.kind === 'action' && message.action.id === id) resolve(message.action)
    })
    return promise.finally(() => {
      clearTimeout(timer)
      leave()
    })
  }

  function requireAgent(hostname: string): void {
    if (!orders.isThere(hostname)) throw new AppError('RESPONSE_NO_AGENT', { host: hostname })
  }

  /** Of a process what is known of it; its pid and its start name it for the agent. */
  function subjectOf({ hostname, processKey, containerId, file, ip, port, findingId }: NamedSubject): ActionSubject {
    const process = processKey === undefined ? undefined : processSubject(hostname, processKey)
    const finding = findingId === undefined ? undefined : state.findings.get(findingId)
    const workload = finding?.containerId === containerId ? finding?.workload : undefined
    const { podName, podNamespace, podUid } = workload ?? {}
    const pod = podName && podNamespace ? { name: podName, namespace: podNamespace, uid: podUid } : undefined
    return {
      ...{ hostname, findingId, process, file, fileId: finding?.object?.file === file ? finding?.object?.fileId : undefined },
      container: containerId === undefined ? undefined : { id: containerId, name: workload?.containerName, image: workload?.image, pod },
      address: ip === undefined ? undefined : { ip, port },
    }
  }

  function processSubject(hostname: string, processKey: string): ProcessSubject {
    const [, pid, startNs] = /^(\d{1,10})@(\d{1,20})$/.exec(processKey) ?? []
    if (pid === undefined || startNs === undefined) throw new AppError('API_NOT_THERE', { what: 'process', id: processKey })
    const known = state.processes.get(hostname, processKey)
    return { pid: Number(pid), startNs: Number(startNs), name: known?.name ?? '?', exePath: known?.exePath ?? '' }
  }

  function answer(kind: 'approve' | 'deny' | 'undo', id: string, userId: string): ActionRecord {
    const record = state.actions.get(id)
    if (record === undefined) throw new AppError('API_NOT_THERE', { what: 'action', id })
    const open = kind === 'undo' ? record.undoable : record.phase === 'asked' && record.policy !== undefined
    if (!open) throw new AppError('RESPONSE_OVER', { id, phase: record.phase })
    requireAgent(record.hostname)
    if (!orders.give(record.hostname, { kind, id: `${kind}-${id}`, actionId: id, userId }))
      throw new AppError('RESPONSE_TOO_MANY', { host: record.hostname })
    return record
  }

  function settle(): void {
    const lost: ActionRecord[] = []
    for (let cursor: string | undefined; ; ) {
      const { items, next } = state.actions.list({ phase: 'asked' }, { limit: PAGE, cursor })
      lost.push(...items.filter(({ policy, timeNs }) => policy === undefined && nowNs() - timeNs > LOST_NS))
      cursor = next
      if (cursor === undefined) break
    }
    for (const record of lost)
      createStory(record, { nowNs, tell: keep }).step('failed', 'the agent never told of it: whether it was done is not known')
  }

  return Object.freeze({
    inForce,
    actions: () => CATALOGUE,
    ask,
    answer,
    settle,
    plan: (yaml: string | undefined, range: TimeRange) =>
      planOf(yaml === undefined ? readResponses(choice) : readResponseText(yaml, 'plan.yaml'), range, state.findings),
  })
}

const CATALOGUE: readonly ActionInfo[] = ACTIONS.map(({ name, doc, needs, undo, schema }) => ({
  ...{ name, doc, needs, undoable: undo !== undefined },
  settings: z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Readonly<Record<string, unknown>>,
}))
