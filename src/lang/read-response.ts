/** Items of response files. Throws ItemError for one that cannot be used. */
import { parseDurationMs } from '../lib/quantity.ts'
import { ItemError } from './item-error.ts'
import { CONFIDENCES, type Text } from './items.ts'
import { plainValue } from './plain-value.ts'
import { PRIORITY_NAMES, parsePriority } from './priority.ts'
import { type KeyedItem, optionalText, optionalTextOrTexts, type Report, readKeys, requiredText } from './read-value.ts'
import { RESPONSE_MODES, type ResponseItem, type ResponseLimits, type ResponseStep, type ResponseWhen } from './response-items.ts'
import { elements, kindOf, originOf, type YamlNode } from './yaml-file.ts'

const KEYS = ['response', 'desc', 'mode', 'when', 'do', 'limits', 'ask_for']
const WHEN_KEYS = ['rules', 'tags', 'priority', 'confidence', 'risk', 'workloads', 'namespaces', 'condition']
const STEP_KEYS = ['action', 'with', 'for', 'on_failure']
const LIMIT_KEYS = ['per_minute', 'concurrent', 'processes', 'containers'] as const

/** A slip in a policy is dear: what is not said is small. */
const LIMITS: ResponseLimits = { perMinute: 10, concurrent: 4, processes: 100, containers: 1 }
const MOST = 100_000
const ASK_FOR_MS = 15 * 60_000
const MAX_DAYS = 30
const DAY_MS = 86_400_000

export function readResponse(node: YamlNode, report: Report): ResponseItem {
  const item = readKeys(node, 'response', KEYS, report)
  const name = requiredText(item, 'response')
  const steps = listAt(item, 'do').map((step) => readStep(step, report))
  if (steps.length === 0) throw new ItemError('RESPONSE_NO_STEPS', { name: name.value }, name.origin)
  return {
    kind: 'response',
    name,
    desc: optionalText(item, 'desc')?.value ?? '',
    mode: choiceAt(item, 'mode', RESPONSE_MODES) ?? 'dry-run',
    when: readWhen(item, report),
    steps,
    limits: readLimits(item, report),
    askForNs: (durationAt(item, 'ask_for') ?? ASK_FOR_MS) * 1e6,
  }
}

/** A response to everything has to be written as one: `rules: ['*']`. */
function readWhen(response: KeyedItem, report: Report): ResponseWhen {
  const item = mapAt(response, 'when', WHEN_KEYS, report)
  if (item === undefined || item.keys.size === 0)
    throw new ItemError('LOAD_MISSING_KEY', { item: 'response', key: 'when' }, originOf(response.at))
  const priority = optionalText(item, 'priority')
  const parsed = priority === undefined ? undefined : parsePriority(priority.value)
  if (priority !== undefined && parsed === undefined)
    throw new ItemError('LOAD_BAD_CHOICE', { key: 'priority', value: priority.value, allowed: PRIORITY_NAMES.join(', ') }, priority.origin)
  return {
    rules: globsAt(item, 'rules'),
    tags: globsAt(item, 'tags'),
    priority: parsed,
    confidence: choiceAt(item, 'confidence', CONFIDENCES),
    risk: numberAt(item, 'risk', 100),
    workloads: globsAt(item, 'workloads'),
    namespaces: globsAt(item, 'namespaces'),
    condition: optionalText(item, 'condition'),
  }
}

function readStep(node: YamlNode, report: Report): ResponseStep {
  if (kindOf(node) !== 'map') throw new ItemError('LOAD_NOT_A_MAP', { key: 'do', example: 'action: kill-process' }, originOf(node))
  const item = readKeys(node, 'step', STEP_KEYS, report)
  const given = item.keys.get('with')
  if (given !== undefined && kindOf(given.value) !== 'map')
    throw new ItemError('LOAD_NOT_A_MAP', { key: 'with', example: 'freeze: true' }, given.key.origin)
  const forMs = durationAt(item, 'for')
  return {
    action: requiredText(item, 'action'),
    settings: given === undefined ? {} : (plainValue(given.value) as ResponseStep['settings']),
    forNs: forMs === undefined ? undefined : forMs * 1e6,
    onFailure: choiceAt(item, 'on_failure', ['stop', 'continue']) ?? 'stop',
  }
}

function readLimits(response: KeyedItem, report: Report): ResponseLimits {
  const item = mapAt(response, 'limits', LIMIT_KEYS, report)
  if (item === undefined) return LIMITS
  const [perMinute, concurrent, processes, containers] = LIMIT_KEYS.map((key) => numberAt(item, key, MOST))
  return {
    perMinute: perMinute ?? LIMITS.perMinute,
    concurrent: concurrent ?? LIMITS.concurrent,
    processes: processes ?? LIMITS.processes,
    containers: containers ?? LIMITS.containers,
  }
}

function mapAt(item: KeyedItem, key: string, keys: readonly string[], report: Report): KeyedItem | undefined {
  const entry = item.keys.get(key)
  if (entry === undefined) return undefined
  if (kindOf(entry.value) !== 'map') throw new ItemError('LOAD_NOT_A_MAP', { key, example: `${keys[0]}: …` }, entry.key.origin)
  return readKeys(entry.value, key, keys, report)
}

function listAt(item: KeyedItem, key: string): YamlNode[] {
  const entry = item.keys.get(key)
  if (entry === undefined) return []
  if (kindOf(entry.value) !== 'list') throw new ItemError('LOAD_NOT_A_SEQUENCE', { key }, entry.key.origin)
  return elements(entry.value)
}

function globsAt(item: KeyedItem, key: string): readonly string[] | undefined {
  const given = optionalTextOrTexts(item, key)
  if (given === undefined) return undefined
  const texts: readonly Text[] = 'value' in given ? [given] : given
  return texts.map(({ value }) => value)
}

export function choiceAt<Choice extends string>(item: KeyedItem, key: string, choices: readonly Choice[]): Choice | undefined {
  const text = optionalText(item, key)
  if (text === undefined) return undefined
  const found = choices.find((one) => one === text.value)
  if (found === undefined) throw new ItemError('LOAD_BAD_CHOICE', { key, value: text.value, allowed: choices.join(', ') }, text.origin)
  return found
}

function numberAt(item: KeyedItem, key: string, limit: number): number | undefined {
  const text = optionalText(item, key)
  if (text === undefined) return undefined
  const value = Number(text.value)
  if (!/^\d{1,9}$/.test(text.value) || value < 1 || value > limit)
    throw new ItemError('RESPONSE_NO_LIMIT', { key, value: text.value, limit }, text.origin)
  return value
}

/** In ms. */
function durationAt(item: KeyedItem, key: string): number | undefined {
  const text = optionalText(item, key)
  if (text === undefined) return undefined
  const ms = parseDurationMs(text.value)
  if (ms === undefined || ms < 1 || ms > MAX_DAYS * DAY_MS)
    throw new ItemError('LOAD_BAD_DURATION', { key, value: text.value, limit: `${MAX_DAYS}d` }, text.origin)
  return ms
}
