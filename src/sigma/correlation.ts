/** A correlation of Sigma rules as a threshold or a sequence of ours. */
import { type Compiled, fieldFor } from './compile.ts'
import { anyOf, textOfExpression } from './expression.ts'
import type { SigmaCorrelation } from './read-rule.ts'
import { escapePercent, itemText, literal, oneLine } from './rule-text.ts'
import { Unsupported } from './unsupported.ts'
import { isYamlMap, textsOf, type YamlMap } from './yaml-value.ts'

/** What tells the rules of one correlation apart: the keys of an item beside those that all have. */
type Keys = Readonly<Record<string, unknown>>

export interface CompiledCorrelation {
  /** One for each order that the rules may come in. */
  readonly keys: readonly { readonly keys: Keys; readonly output: string }[]
  readonly notes: readonly string[]
}

/** Rules of a temporal correlation: of more, there are too many orders. */
const MAX_UNORDERED = 4
/** Where nothing is grouped by: the same for every event. */
const EVERYTHING = 'evt.source'

/** `compileNamed` gives the rule that has the id, name or title. Throws Unsupported. */
export function compileCorrelation({ correlation }: SigmaCorrelation, compileNamed: (name: string) => Compiled): CompiledCorrelation {
  const type = textsOf(correlation.get('type'))[0]
  if (correlation.has('aliases')) throw new Unsupported('correlation', 'aliases of a correlation are not supported')
  const names = namesOf(correlation)
  const within = timespanOf(correlation)
  const rules = names.map(compileNamed)
  const groups = textsOf(correlation.get('group-by'))
  const byOf = ({ record }: Compiled): readonly string[] =>
    groups.length === 0 ? [EVERYTHING] : groups.map((field) => fieldFor(field, record))
  const [first] = rules
  if (first === undefined) throw new Unsupported('correlation', 'the correlation names no rules')
  const notes = rules.flatMap((rule) => rule.notes)
  const output = first.record.output
  if (type === 'event_count' || type === 'value_count') {
    const by = byOf(first)
    if (rules.some((rule) => byOf(rule).join() !== by.join()))
      throw new Unsupported('correlation', 'the rules have different fields to group by')
    const { count, field } = countOf(correlation)
    if (type === 'value_count' && field === undefined) throw new Unsupported('correlation', 'the condition of a value_count names no field')
    const distinct = type === 'value_count' && field !== undefined ? { distinct: fieldFor(field, first.record) } : {}
    const condition = literal(textOfExpression(anyOf(rules.map((rule) => rule.condition))))
    return { keys: [{ keys: { condition, threshold: { by, count, within, ...distinct } }, output }], notes }
  }
  if (type !== 'temporal' && type !== 'temporal_ordered')
    throw new Unsupported('correlation', `the correlation is of the unknown type ${String(type).slice(0, 40)}`)
  if (rules.length < 2) throw new Unsupported('correlation', 'a temporal correlation needs two rules')
  if (type === 'temporal' && rules.length > MAX_UNORDERED)
    throw new Unsupported('correlation', `more than ${MAX_UNORDERED} rules in any order`)
  const steps = rules.map((rule, index) => ({
    name: `step ${index + 1}`,
    by: byOf(rule),
    condition: literal(textOfExpression(rule.condition)),
  }))
  const orders = type === 'temporal_ordered' ? [steps] : permutations(steps)
  return { keys: orders.map((order) => ({ keys: { sequence: { within, steps: order } }, output })), notes }
}

/** What the correlations call the rules that are only parts of them: `generate: true` keeps a rule for itself, too. */
export function partsOfCorrelations(documents: readonly SigmaCorrelation[]): ReadonlySet<string> {
  return new Set(
    documents.filter(({ correlation }) => correlation.get('generate') !== true).flatMap(({ correlation }) => namesOf(correlation)),
  )
}

export function correlationText(
  head: SigmaCorrelation,
  name: string,
  { keys, output }: CompiledCorrelation['keys'][number],
  notes: readonly string[],
): string {
  const title = oneLine(head.title)
  return itemText(head, notes, {
    rule: name,
    desc: oneLine(head.description ?? title) || title,
    ...keys,
    output: `${escapePercent(title)} (${output})`,
  })
}

const namesOf = (correlation: YamlMap): readonly string[] => textsOf(correlation.get('rules'))

function timespanOf(correlation: YamlMap): string {
  const text = textsOf(correlation.get('timespan'))[0] ?? ''
  if (!/^[1-9]\d{0,5}[smhd]$/.test(text)) throw new Unsupported('correlation', `${text.slice(0, 40) || 'nothing'} is no timespan`)
  return text
}

/** The least number that the condition asks for. */
function countOf(correlation: YamlMap): { readonly count: number; readonly field: string | undefined } {
  const condition = correlation.get('condition')
  if (!isYamlMap(condition)) throw new Unsupported('correlation', 'the correlation has no condition')
  const numberAt = (key: string): number | undefined => {
    const [text] = textsOf(condition.get(key))
    return text !== undefined && /^\d{1,7}$/.test(text) ? Number(text) : undefined
  }
  const [atLeast, above] = [numberAt('gte'), numberAt('gt')]
  if (['lt', 'lte', 'eq', 'neq'].some((key) => condition.has(key)))
    throw new Unsupported('correlation', 'only gte and gt can be waited for')
  const count = atLeast ?? (above === undefined ? undefined : above + 1)
  if (count === undefined || count < 1) throw new Unsupported('correlation', 'the condition has no number')
  return { count, field: textsOf(condition.get('field'))[0] }
}

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length <= 1) return [items]
  return items.flatMap((item, index) => permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]))
}
