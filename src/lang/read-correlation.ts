/** The keys of a rule that make it ask for several events together: `sequence`, `threshold`, `first_seen`. */
import { parseDurationMs } from '../lib/quantity.ts'
import { ItemError } from './item-error.ts'
import type { CorrelationItem, FirstSeenItem, SequenceItem, StepItem, Text, ThresholdItem } from './items.ts'
import { MAX_CORRELATION_DAYS, MAX_STEPS, MAX_THRESHOLD } from './limits.ts'
import { type KeyedItem, optionalBoolean, optionalText, optionalTextOrTexts, type Report, readKeys, requiredText } from './read-value.ts'
import { elements, kindOf, originOf, type YamlNode } from './yaml-file.ts'

/** Of these a rule has one at most. */
export const CORRELATION_KEYS = ['sequence', 'threshold', 'first_seen'] as const

/** Undefined where the rule asks for single events. Throws ItemError. */
export function readCorrelation(rule: KeyedItem, report: Report): CorrelationItem | undefined {
  const [key, other] = CORRELATION_KEYS.filter((one) => rule.keys.has(one))
  const entry = key === undefined ? undefined : rule.keys.get(key)
  if (key === undefined || entry === undefined) return undefined
  if (other !== undefined) throw beside(rule, other, key, 'Make two rules of it.')
  if (key === 'sequence' && rule.keys.has('condition')) throw beside(rule, 'condition', key, 'Give each step its condition.')
  if (kindOf(entry.value) !== 'map') throw new ItemError('LOAD_NOT_A_MAP', { key, example: EXAMPLES[key] }, entry.key.origin)
  return READERS[key](entry.value, report)
}

const EXAMPLES = {
  sequence: 'by: [proc.pid], within: 60s, steps: […]',
  threshold: 'by: [proc.pid], count: 20, within: 10s',
  first_seen: 'value: proc.exepath, by: [user.name], within: 14d, learning: 7d',
} as const

const READERS = { sequence: readSequence, threshold: readThreshold, first_seen: readFirstSeen } as const

function beside(rule: KeyedItem, key: string, other: string, instead: string): ItemError {
  return new ItemError('LOAD_BESIDE', { key, other, instead }, rule.keys.get(key)?.key.origin ?? originOf(rule.at))
}

function readSequence(node: YamlNode, report: Report): SequenceItem {
  const item = readKeys(node, 'sequence', ['by', 'within', 'steps', 'until'], report)
  const entry = item.keys.get('steps')
  if (entry === undefined) throw new ItemError('LOAD_MISSING_KEY', { item: 'sequence', key: 'steps' }, originOf(node))
  if (kindOf(entry.value) !== 'list') throw new ItemError('LOAD_NOT_A_SEQUENCE', { key: 'steps' }, entry.key.origin)
  const steps = elements(entry.value).map((step) => readStep(step, report))
  const until = item.keys.get('until')
  const sequence: SequenceItem = {
    kind: 'sequence',
    at: originOf(node),
    by: readBy(item) ?? [],
    withinNs: readTime(item, 'within'),
    steps,
    until: until && readUntil(until.value, item, report),
  }
  checkSteps(sequence, entry.key.origin)
  return sequence
}

function checkSteps({ steps, by, until }: SequenceItem, at: Text['origin']): void {
  const need = (what: string): ItemError => new ItemError('LOAD_BAD_SEQUENCE', { what }, at)
  if (steps.length < 2 || steps.length > MAX_STEPS) throw need(`2 to ${MAX_STEPS} steps`)
  if (new Set(steps.map(({ name }) => name)).size < steps.length) throw need('steps with different names')
  if (steps.slice(0, -1).some(({ absent }) => absent)) throw need('absent: true at its last step only')
  const expected = (steps[0]?.by ?? by).length
  for (const step of until === undefined ? steps : [...steps, until]) {
    const count = (step.by ?? by).length
    if (count !== expected) throw new ItemError('LOAD_BY_LENGTHS', { step: step.name, count, expected }, step.at)
  }
}

function readStep(node: YamlNode, report: Report): StepItem {
  if (kindOf(node) !== 'map') throw new ItemError('LOAD_NOT_A_MAP', { key: 'step', example: 'name: read, condition: …' }, originOf(node))
  const item = readKeys(node, 'step', ['name', 'condition', 'by', 'absent'], report)
  const name = requiredText(item, 'name')
  const absent = optionalBoolean(item, 'absent') === true
  return { name: name.value, at: name.origin, condition: requiredText(item, 'condition'), by: readBy(item), absent }
}

/** A condition, or one with fields of its own. */
function readUntil(node: YamlNode, sequence: KeyedItem, report: Report): StepItem | undefined {
  const item = kindOf(node) === 'map' ? readKeys(node, 'until', ['condition', 'by'], report) : undefined
  const condition = item === undefined ? optionalText(sequence, 'until') : requiredText(item, 'condition')
  return condition && { name: 'until', at: originOf(node), condition, by: item && readBy(item), absent: false }
}

function readThreshold(node: YamlNode, report: Report): ThresholdItem {
  const item = readKeys(node, 'threshold', ['by', 'within', 'count', 'distinct'], report)
  return {
    kind: 'threshold',
    at: originOf(node),
    by: readBy(item) ?? [],
    withinNs: readTime(item, 'within'),
    count: readCount(requiredText(item, 'count')),
    distinct: optionalText(item, 'distinct'),
  }
}

function readFirstSeen(node: YamlNode, report: Report): FirstSeenItem {
  const item = readKeys(node, 'first_seen', ['value', 'by', 'within', 'learning'], report)
  return {
    kind: 'first_seen',
    at: originOf(node),
    by: readBy(item) ?? [],
    withinNs: readTime(item, 'within'),
    value: requiredText(item, 'value'),
    learningNs: readTime(item, 'learning', 0),
  }
}

function readCount({ value, origin }: Text): number {
  const count = /^\d{1,9}$/.test(value) ? Number(value) : 0
  if (count >= 2 && count <= MAX_THRESHOLD) return count
  throw new ItemError('LOAD_BAD_COUNT', { key: 'count', value, least: 2, limit: MAX_THRESHOLD }, origin)
}

function readBy(item: KeyedItem): readonly Text[] | undefined {
  const by = optionalTextOrTexts(item, 'by')
  return by === undefined || Array.isArray(by) ? by : [by as Text]
}

/** ns, `leastMs` or more. */
function readTime(item: KeyedItem, key: string, leastMs = 1): number {
  const { value, origin } = requiredText(item, key)
  const ms = /[a-z]$/i.test(value) ? (parseDurationMs(value) ?? -1) : -1
  if (ms >= leastMs && ms <= MAX_CORRELATION_DAYS * 86_400e3) return ms * 1e6
  throw new ItemError('LOAD_BAD_DURATION', { key, value, limit: `${MAX_CORRELATION_DAYS}d` }, origin)
}
