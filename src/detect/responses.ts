/** Which responses a finding leads to, compiled once. */
import type { FlatEvent } from '../events/event.ts'
import type { Vocabulary } from '../events/field.ts'
import { VOCABULARY } from '../events/fields.ts'
import type { Finding, Priority } from '../findings/finding.ts'
import { severityOf } from '../findings/priority.ts'
import { compileRule } from '../lang/compile-rule.ts'
import { compileGlob } from '../lang/glob.ts'
import { CONFIDENCES } from '../lang/items.ts'
import type { LinkedRule } from '../lang/link.ts'
import type { ResponseSet } from '../lang/load-responses.ts'
import type { MaintenanceItem, ResponseItem, ResponseMode, ResponseWhen } from '../lang/response-items.ts'
import { FINDING_VOCABULARY, type FindingStanding, findingEvent } from './finding-vocabulary.ts'
import { flatVocabulary } from './flat-vocabulary.ts'

/** What conditions of `protect` ask: flat events about a process (proc.*, user.*, container.*). */
export const PROCESS_VOCABULARY: Vocabulary = flatVocabulary(VOCABULARY)

/** A response that fits, in the mode that it is of at that time. */
export interface ChosenResponse {
  readonly response: ResponseItem
  readonly mode: Exclude<ResponseMode, 'off'>
  /** What made the mode another one than the response has. */
  readonly heldBack: string | undefined
}

export interface Responses {
  readonly choose: (finding: Finding, standing: FindingStanding, nowNs: number) => readonly ChosenResponse[]
  /** Name of the protection that the process falls under. `process`: a flat event about it. */
  readonly protects: (process: FlatEvent) => string | undefined
}

/** Findings about Tarsier itself lead to nothing: a response that failed would lead to the next. */
export function compileResponses({ responses, protections, maintenance }: ResponseSet): Responses {
  const compiled = responses.map((response) => ({ response, fits: compileWhen(response.when, response.rule) }))
  const windows = maintenance.map((item) => ({ item, isOpen: compileWindow(item), fits: predicateOf(item.rule, FINDING_VOCABULARY) }))
  const guards = protections.map(({ name, rule }) => ({ name: name.value, fits: predicateOf(rule, PROCESS_VOCABULARY) }))
  return Object.freeze({
    choose: (finding: Finding, standing: FindingStanding, nowNs: number) => {
      if (finding.source === 'internal') return []
      const event = findingEvent(finding, standing)
      const fitting = compiled.filter(({ response, fits }) => response.mode !== 'off' && fits(finding, standing, event))
      if (fitting.length === 0) return []
      const open = windows.filter(({ isOpen, fits }) => isOpen(nowNs) && fits(event)).map(({ item }) => item)
      return fitting.flatMap(({ response }) => heldBack(response, open))
    },
    protects: (process: FlatEvent) => guards.find(({ fits }) => fits(process))?.name,
  })
}

/** The most cautious of the modes. */
const CAUTION: readonly ResponseMode[] = ['off', 'dry-run', 'ask', 'act']

function heldBack(response: ResponseItem, open: readonly MaintenanceItem[]): ChosenResponse[] {
  let chosen: { readonly mode: ResponseMode; readonly heldBack: string | undefined } = { mode: response.mode, heldBack: undefined }
  for (const { name, mode } of open) if (CAUTION.indexOf(mode) < CAUTION.indexOf(chosen.mode)) chosen = { mode, heldBack: name.value }
  const { mode } = chosen
  return mode === 'off' ? [] : [{ response, mode, heldBack: chosen.heldBack }]
}

type Fits = (finding: Finding, standing: FindingStanding, event: FlatEvent) => boolean

function compileWhen({ rules, tags, priority, confidence, risk, workloads, namespaces }: ResponseWhen, rule: LinkedRule | undefined): Fits {
  const parts: Fits[] = []
  const add = (part: Fits | undefined): void => void (part && parts.push(part))
  add(rules && anyOf(rules, ({ rule: name }) => [name]))
  add(tags && anyOf(tags, (finding) => [...finding.tags, ...finding.attack.map(({ id }) => id)]))
  add(priority && (({ priority: found }) => severityOf(found) <= severityOf(priority satisfies Priority)))
  add(confidence && (({ confidence: found }) => found !== undefined && CONFIDENCES.indexOf(found) >= CONFIDENCES.indexOf(confidence)))
  add(risk === undefined ? undefined : (_, standing) => standing.risk >= risk)
  add(workloads && anyOf(workloads, ({ workload }) => [workload?.containerName, workload?.podName, workload?.image]))
  add(namespaces && anyOf(namespaces, ({ workload }) => [workload?.podNamespace]))
  if (rule !== undefined) {
    const matches = predicateOf(rule, FINDING_VOCABULARY)
    add((_finding, _standing, event) => matches(event))
  }
  return (finding, standing, event) => parts.every((part) => part(finding, standing, event))
}

function anyOf(globs: readonly string[], of: (finding: Finding) => readonly (string | undefined)[]): Fits {
  const tests = globs.map((glob) => compileGlob(glob, { ignoreCase: true }))
  return (finding) => of(finding).some((text) => text !== undefined && tests.some((test) => test(text)))
}

/** Holds for everything where there is no condition. */
function predicateOf(rule: LinkedRule | undefined, vocabulary: Vocabulary): (event: FlatEvent) => boolean {
  return rule === undefined ? () => true : compileRule(rule, vocabulary).matches
}

/** On the days that are named it begins; it may end on the next. */
function compileWindow({ days, from, to, timeZone }: MaintenanceItem): (timeNs: number) => boolean {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  return (timeNs) => {
    const parts = Object.fromEntries(clock.formatToParts(timeNs / 1e6).map(({ type, value }) => [type, value]))
    const day = WEEKDAYS.indexOf(parts.weekday ?? '')
    const minute = Number(parts.hour) * 60 + Number(parts.minute)
    if (from < to) return days.includes(day) && minute >= from && minute < to
    return (days.includes(day) && minute >= from) || (days.includes((day + 6) % 7) && minute < to)
  }
}

/** Whether it is on at that time; its condition aside. */
export const isMaintenanceOpen = (item: MaintenanceItem, nowNs: number): boolean => compileWindow(item)(nowNs)

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
