/** A rule about several events, linked: the condition of each step with its macros, the fields that join the steps checked. */
import type { Vocabulary } from '../events/field.ts'
import type { Expression, OperandNode } from './ast.ts'
import { bindOperand } from './check-operand.ts'
import type { CollectedRule } from './collected.ts'
import type { Correlation, Step } from './correlation.ts'
import { withExceptions } from './exceptions.ts'
import type { FirstSeenItem, SequenceItem, StepItem, Text, ThresholdItem } from './items.ts'
import type { MacroTable } from './macros.ts'
import { LanguageError } from './messages.ts'
import { parseLeadingOperand } from './parse.ts'
import { concatenate, fixedSource, type Source, sourceOf } from './source.ts'

export interface LinkedCondition {
  /** As it is shown. */
  readonly text: string
  /** Holds for each event that the rule has to do with. */
  readonly expression: Expression
  readonly correlation: Correlation | undefined
}

interface Tools {
  readonly macros: MacroTable
  readonly vocabulary: Vocabulary
}

/** Throws LanguageError, ItemError. */
export function linkCondition(rule: CollectedRule, tools: Tools): LinkedCondition {
  const { correlation: item } = rule.keys
  if (item?.kind === 'sequence') return linkSequence(rule, item, tools)
  const condition = withExceptions(rule.condition, rule.exceptions, rule.at)
  const { expression } = tools.macros.expand(condition, rule.name)
  return { text: condition.text.trim(), expression, correlation: item && linkCounted(item, tools) }
}

/** The event that a rule has to do with is one of a step: exceptions hold for each of them. */
function linkSequence(rule: CollectedRule, item: SequenceItem, { macros, vocabulary }: Tools): LinkedCondition {
  const link = (step: StepItem, condition: Source): Step => ({
    name: step.name,
    expression: macros.expand(condition, rule.name).expression,
    by: (step.by ?? item.by).map((field) => linkField(field, vocabulary)),
  })
  const steps = item.steps.map((step) => ({
    absent: step.absent,
    linked: link(step, withExceptions(sourceOf(step.condition.origin), rule.exceptions, rule.at)),
  }))
  const until = item.until && link(item.until, sourceOf(item.until.condition.origin))
  const children = [...steps.map(({ linked }) => linked), ...(until ? [until] : [])].map(({ expression }) => expression)
  const correlation: Correlation = {
    kind: 'sequence',
    withinNs: item.withinNs,
    steps: steps.filter(({ absent }) => !absent).map(({ linked }) => linked),
    absent: steps.find(({ absent }) => absent)?.linked,
    until,
  }
  const at = (children[0] as Expression).at
  return { text: rule.condition.text.trim(), expression: { kind: 'or', children, at }, correlation }
}

function linkCounted(item: ThresholdItem | FirstSeenItem, { vocabulary }: Tools): Correlation {
  const { kind, withinNs } = item
  const field = (text: Text): OperandNode => linkField(text, vocabulary)
  const by = item.by.map(field)
  if (kind === 'first_seen') return { kind, withinNs, by, value: field(item.value), learningNs: item.learningNs }
  return { kind, withinNs, by, count: item.count, distinct: item.distinct && field(item.distinct) }
}

/** The field, once it is known to have one value at most. */
function linkField(text: Text, vocabulary: Vocabulary): OperandNode {
  const source = sourceOf(text.origin)
  const parsed = parseLeadingOperand(source, 0)
  const at = { source, start: 0, end: text.value.length }
  if (parsed === undefined || parsed.end < text.value.length) throw new LanguageError('LOAD_NOT_A_FIELD', { value: text.value }, at)
  const { shape, key } = bindOperand(parsed.operand, vocabulary)
  if (shape.many !== 'one') throw new LanguageError('RULE_KEY_FIELD', { field: key }, at)
  return parsed.operand
}

/** What stands for the condition of a sequence where rules are shown: `read: …; then sent: …; until …`. */
export function sequenceText(item: SequenceItem): Source {
  const parts = item.steps.flatMap((step, index) => [
    fixedSource(`${index === 0 ? '' : '; then '}${step.absent ? 'no ' : ''}${step.name}: `, step.at),
    sourceOf(step.condition.origin),
  ])
  const { until } = item
  return concatenate(until === undefined ? parts : [...parts, fixedSource('; until ', until.at), sourceOf(until.condition.origin)])
}
