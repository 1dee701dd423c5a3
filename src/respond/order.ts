/** What a person asks of an agent, by way of the server. */
import type { ActionRecord } from '../findings/action-record.ts'
import type { SubjectPart } from './action.ts'
import { targetText } from './request.ts'
import { NO_REACH } from './steps.ts'
import type { ActionSubject } from './subject.ts'

export interface ActOrder {
  readonly kind: 'act'
  /** Of the record that comes of it. */
  readonly id: string
  readonly action: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly subject: ActionSubject
  /** `dry-run`: tells whom it would touch. */
  readonly mode: 'act' | 'dry-run'
  readonly forNs: number | undefined
  readonly userId: string
  readonly incidentId: string | undefined
}

export interface AnswerOrder {
  readonly kind: 'approve' | 'deny' | 'undo'
  readonly id: string
  /** Of the record that it is about. */
  readonly actionId: string
  readonly userId: string
}

/** Of the record that comes of an order, before its first step. `needs`: of the action; where nobody knows that, none. */
export function recordOfOrder(
  { id, action, mode, subject, userId, incidentId }: ActOrder,
  { timeNs, hostname, needs }: { readonly timeNs: number; readonly hostname: string; readonly needs: SubjectPart },
): ActionRecord {
  const { findingId } = subject
  return {
    ...{ id, timeNs, hostname, action, target: targetText(subject, needs), mode, phase: 'asked', steps: [], findingId, incidentId, userId },
    ...{ policy: undefined, undoable: false, expiresNs: undefined, reach: NO_REACH, detail: {} },
  }
}

export type ResponseOrder = ActOrder | AnswerOrder

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= 4096
const isNumberOrNone = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'number' && Number.isFinite(value))

/** Undefined where it is of another form. Servers are trusted to send orders, not to send them well. */
export function orderOf(value: unknown): ResponseOrder | undefined {
  if (!isObject(value) || !isText(value.id) || !isText(value.userId)) return undefined
  if (value.kind === 'act') return isAct(value) ? (value as unknown as ActOrder) : undefined
  return ['approve', 'deny', 'undo'].includes(String(value.kind)) && isText(value.actionId) ? (value as unknown as AnswerOrder) : undefined
}

function isAct({ action, settings, subject, mode, forNs }: Readonly<Record<string, unknown>>): boolean {
  const known = isText(action) && (mode === 'act' || mode === 'dry-run')
  return known && isObject(settings) && isNumberOrNone(forNs) && isObject(subject) && isSubject(subject)
}

function isSubject({ hostname, process, container, file, fileId, address }: Readonly<Record<string, unknown>>): boolean {
  const ofProcess = process === undefined || (isObject(process) && Number.isSafeInteger(process.pid) && Number.isFinite(process.startNs))
  const ofContainer = container === undefined || (isObject(container) && isText(container.id))
  const ofAddress = address === undefined || (isObject(address) && isText(address.ip) && isNumberOrNone(address.port))
  const ofFile = fileId === undefined || (isObject(fileId) && Number.isFinite(fileId.dev) && Number.isFinite(fileId.ino))
  return isText(hostname) && ofProcess && ofContainer && ofAddress && ofFile && (file === undefined || isText(file))
}
