/** The lines that an agent posts, read with care: one that is not of its form is left out and counted, and the others are taken. */
import { ACTION_MODES, ACTION_PHASES, type ActionRecord } from '../../findings/action-record.ts'
import type { Finding } from '../../findings/finding.ts'
import { PRIORITIES } from '../../findings/finding.ts'
import type { HistoryEvent } from '../../findings/history-event.ts'
import type { ProcessExit, ProcessRecord } from '../../findings/process-record.ts'

/** One that is longer is none of an agent's. */
const MAX_LINE = 1024 * 1024

export interface IncomingLine {
  readonly seq: number
  readonly value: Readonly<Record<string, unknown>>
}

export interface IncomingLines {
  readonly lines: readonly IncomingLine[]
  /** Lines that are none. */
  readonly broken: number
  /** The last number, counted from `first`: broken ones have theirs, too. */
  readonly last: number
}

/** `first`: the number of the first line. */
export function readIncoming(body: string, first: number): IncomingLines {
  const texts = body.split('\n')
  if (texts.at(-1) === '') texts.pop()
  const lines: IncomingLine[] = []
  for (const [index, text] of texts.entries()) {
    const value = parsed(text)
    if (value !== undefined) lines.push({ seq: first + index, value })
  }
  return { lines, broken: texts.length - lines.length, last: first + texts.length - 1 }
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  if (text.length > MAX_LINE) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined // counted by the caller as broken
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isText = (value: unknown): value is string => typeof value === 'string'
const isTime = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0
const isTextOrNone = (value: unknown): boolean => value === undefined || value === null || isText(value)
const isListOf = (value: unknown, of: (item: unknown) => boolean): boolean => Array.isArray(value) && value.every(of)

/** What the server itself reads of it; undefined where it is of another form. */
export function findingOf({ finding }: IncomingLine['value']): Finding | undefined {
  if (!isObject(finding)) return undefined
  const { id, rule, priority, source, output, hostname, timeNs, lineage, attack, tags, eventIds, outputFields, count, why } = finding
  const texts = [id, rule, source, output, hostname].every(isText)
  const lists = isListOf(tags, isText) && isListOf(eventIds, isText) && isListOf(lineage, isLineage) && isListOf(attack, isTechnique)
  const known = (PRIORITIES as readonly unknown[]).includes(priority)
  const rest = isTime(timeNs) && Number.isInteger(count) && isObject(outputFields) && isListOf(why, isObject)
  const optional = isTextOrNone(finding.containerId) && isTextOrNone(finding.processKey) && isTextOrNone(finding.confidence)
  const parts = isObjectOrNone(finding.workload) && isObjectOrNone(finding.object)
  return texts && lists && known && rest && optional && parts ? (finding as unknown as Finding) : undefined
}

/** After a step of an action: all of it, as far as it has come. */
export function actionOf({ action: given }: IncomingLine['value']): ActionRecord | undefined {
  if (!isObject(given)) return undefined
  const { id, timeNs, hostname, action, target, mode, phase, steps, reach, detail, undoable } = given
  const texts = [id, hostname, action, target].every(isText) && isTime(timeNs)
  const words = (ACTION_MODES as readonly unknown[]).includes(mode) && isPhase(phase) && typeof undoable === 'boolean'
  const optional = [given.findingId, given.incidentId, given.userId, given.policy].every(isTextOrNone)
  const parts = isListOf(steps, isStep) && isObject(detail) && isReach(reach)
  return texts && words && optional && parts ? (given as unknown as ActionRecord) : undefined
}

const isPhase = (value: unknown): boolean => (ACTION_PHASES as readonly unknown[]).includes(value)
const isStep = (value: unknown): boolean => isObject(value) && isPhase(value.phase) && isTime(value.timeNs) && isText(value.detail)
const isReach = (value: unknown): boolean =>
  isObject(value) && isListOf(value.processes, isText) && isListOf(value.containers, isText) && Number.isInteger(value.processCount)

const isObjectOrNone = (value: unknown): boolean => value === undefined || value === null || isObject(value)

const isTechnique = (value: unknown): boolean => isObject(value) && isText(value.id)

const isLineage = (value: unknown): boolean =>
  isObject(value) && isTime(value.pid) && isTime(value.startNs) && [value.name, value.exePath, value.cmdline, value.user].every(isText)

export function processOf({ process }: IncomingLine['value']): ProcessRecord | undefined {
  if (!isObject(process)) return undefined
  const { id, processKey, hostname, timeNs, pid, ppid, name, exePath, cmdline, user, uid, startedNs, fields } = process
  const texts = [id, processKey, hostname, name, exePath, cmdline, user].every(isText)
  const numbers = [timeNs, startedNs].every(isTime) && [pid, ppid, uid].every(Number.isInteger)
  return texts && numbers && isObject(fields) ? (process as unknown as ProcessRecord) : undefined
}

export function exitOf({ exit }: IncomingLine['value']): ProcessExit | undefined {
  if (!isObject(exit)) return undefined
  return isText(exit.processKey) && isText(exit.hostname) && isTime(exit.timeNs) ? (exit as unknown as ProcessExit) : undefined
}

export function eventOf({ event }: IncomingLine['value']): HistoryEvent | undefined {
  if (!isObject(event)) return undefined
  const { id, hostname, timeNs, kind, type, fields } = event
  const fits = [id, hostname, kind, type].every(isText) && isTime(timeNs) && isObject(fields)
  return fits && isTextOrNone(event.processId) && isTextOrNone(event.processKey) ? (event as unknown as HistoryEvent) : undefined
}

/** So many lines of history were left out at that time. */
export function gapOf({ gap, timeNs }: IncomingLine['value']): { readonly count: number; readonly timeNs: number } | undefined {
  return Number.isInteger(gap) && isTime(timeNs) ? { count: gap as number, timeNs: timeNs as number } : undefined
}
