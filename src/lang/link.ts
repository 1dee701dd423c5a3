/** Collected rules to rules that can run: exceptions, lists and macros put in, every check and the output checked. */
import type { Vocabulary } from '../events/field.ts'
import { TYPES } from '../events/types.ts'
import { adviseCheck } from './advise.ts'
import { advisePrevention } from './advise-prevention.ts'
import type { CheckNode, Expression } from './ast.ts'
import { bindCheck } from './check.ts'
import type { Collected, CollectedRule } from './collected.ts'
import type { Correlation } from './correlation.ts'
import { exceptionCounters } from './count-exceptions.ts'
import { diagnostic, diagnosticOf } from './diagnostic.ts'
import { eventTypesOf, type TypeSet } from './event-types.ts'
import { ItemError } from './item-error.ts'
import type { Confidence, ExceptionItem, ExceptionValue, RuleCase, RuleTest, Text } from './items.ts'
import { type LinkedCondition, linkCondition } from './link-correlation.ts'
import { resolveLists } from './lists.ts'
import { createMacroTable, type MacroTable } from './macros.ts'
import { LanguageError, type MessageCode } from './messages.ts'
import { CONTAINER_INFO, type OutputTemplate, parseOutput } from './output.ts'
import type { Priority } from './priority.ts'
import type { Report } from './read-value.ts'
import { locateOrigin, sourceOf } from './source.ts'

/** A rule that is complete and fits the vocabulary. */
export interface LinkedRule {
  readonly name: string
  readonly desc: string
  /** Why a match matters, in a sentence; our own key. */
  readonly why: string | undefined
  readonly priority: Priority
  readonly tags: readonly string[]
  /** ATT&CK ids given by the key `techniques`. */
  readonly techniques: readonly string[]
  /** MITRE ATLAS ids given by the key `atlas`. */
  readonly atlas: readonly string[]
  /** Numbers of OWASP's lists given by the key `owasp`. */
  readonly owasp: readonly string[]
  readonly confidence: Confidence
  /** Which benign work matches all the same, and why that is left so; our own key. */
  readonly noise: string | undefined
  readonly source: string
  readonly enabled: boolean
  /** It is evaluated and counted, and makes no findings unless they are asked for. */
  readonly shadow: boolean
  /** What it finds is denied before it happens, where the agent is told to and that can be known beforehand. */
  readonly prevent: boolean
  /** The first whose condition holds for an event decides. */
  readonly workloads: readonly LinkedWorkload[]
  /** The condition as written, with what was appended to it and its exceptions; lists and macros by name. */
  readonly condition: string
  /** The condition as a tree, with macros put in. Of a sequence: holds for each event that is a step. */
  readonly expression: Expression
  /** What it asks of several events together; undefined where each event is judged by itself. */
  readonly correlation: Correlation | undefined
  readonly output: string
  readonly template: OutputTemplate
  readonly exceptions: readonly RuleException[]
  readonly tests: readonly RuleTest[]
  readonly attack: readonly RuleCase[]
  readonly benign: readonly RuleCase[]
  readonly position: { readonly file: string; readonly line: number; readonly column: number }
}

/** An exception, for people. */
export interface RuleException {
  readonly name: string
  readonly fields: readonly string[]
  /** Operators, one per field; none: as the language has it by itself. */
  readonly comps: readonly string[]
  /** Rows with a value, or several, per field. As written: what begins with a quote is quoted. */
  readonly values: readonly (readonly (string | readonly string[])[])[]
  readonly owner: string | undefined
  readonly reason: string | undefined
  /** The last day on which it holds, UTC. */
  readonly expires: string | undefined
  readonly expired: boolean
}

/** A priority of its own, or off where it is undefined. */
export interface LinkedWorkload {
  readonly expression: Expression
  readonly priority: Priority | undefined
}

interface Linker {
  readonly vocabulary: Vocabulary
  readonly macros: MacroTable
  readonly report: Report
  /** Checks that are known to be right or wrong: macros are shared, and a mistake is told once. */
  readonly checked: Map<CheckNode, LanguageError | undefined>
  readonly told: Set<LanguageError>
}

export interface Linked {
  readonly rules: readonly LinkedRule[]
  readonly lists: ReadonlyMap<string, readonly string[]>
}

export interface LinkOptions {
  readonly vocabulary: Vocabulary
  readonly report: Report
  /** What day it is: `2026-12-31`, UTC. */
  readonly today: string
  /** Adds a rule in shadow for each exception. */
  readonly countExceptions: boolean
}

export function link(collected: Collected, { vocabulary, report, today, countExceptions }: LinkOptions): Linked {
  const { lists, used } = resolveLists(collected.lists, report)
  const macros = createMacroTable(collected.macros, lists, report)
  const linker: Linker = { vocabulary, macros, report, checked: new Map(), told: new Set() }
  const rules = [...collected.rules.values()].flatMap((given) => {
    const rule = withoutExpired(given, today, report)
    const linked = linkRule(linker, rule)
    if (linked === undefined) return []
    const counters = countExceptions ? exceptionCounters(rule).flatMap((counter) => linkRule(linker, counter) ?? []) : []
    return [Object.freeze({ ...linked, exceptions: given.exceptions.map((one) => forPeople(one, today)) }), ...counters]
  })
  warnUnused(collected, macros, used, report)
  return { rules, lists: new Map([...lists].map(([name, { items }]) => [name, items])) }
}

const isExpired = ({ expires }: ExceptionItem, today: string): boolean => expires !== undefined && expires < today

function forPeople(exception: ExceptionItem, today: string): RuleException {
  const { name, owner, reason, expires, fields = [], comps = [] } = exception
  const values = exception.values.map(({ value }) => ('value' in value ? [value.value] : value.map(plain)))
  return { name, fields: texts(fields), comps: texts(comps), values, owner, reason, expires, expired: isExpired(exception, today) }
}

const plain = (value: ExceptionValue): string | readonly string[] => ('value' in value ? value.value : texts(value))
const texts = (given: Text | readonly Text[]): readonly string[] => ('value' in given ? [given.value] : given.map(({ value }) => value))

function withoutExpired(rule: CollectedRule, today: string, report: Report): CollectedRule {
  for (const exception of rule.exceptions) {
    if (!isExpired(exception, today)) continue
    const owner = exception.owner === undefined ? '' : `, its owner is ${exception.owner}`
    report(diagnostic('LOAD_EXCEPTION_EXPIRED', { name: exception.name, rule: rule.name, day: exception.expires, owner }, exception.at))
  }
  return { ...rule, exceptions: rule.exceptions.filter((exception) => !isExpired(exception, today)) }
}

function linkRule(linker: Linker, rule: CollectedRule): LinkedRule | undefined {
  if (rule.unknownSource) return undefined
  try {
    const linked = linkCondition(rule, linker)
    const { expression } = linked
    if (!checkCondition(linker, rule, expression)) return undefined
    const template = parseOutput(rule.output, linker.vocabulary)
    if (rule.output.text.includes(CONTAINER_INFO)) {
      const facts = { what: CONTAINER_INFO, instead: 'It shows nothing: name the fields that you want, such as %container.id.' }
      linker.report(diagnostic('LOAD_DEPRECATED_ITEM', facts, rule.at))
    }
    adviseEventTypes(linker, rule, expression)
    for (const advice of advisePrevention(rule, expression)) linker.report(advice)
    const workloads = linkWorkloads(linker, rule)
    return workloads && finished(rule, linked, template, workloads)
  } catch (error) {
    if (error instanceof ItemError) linker.report(error.problem)
    else if (error instanceof LanguageError) tell(linker, rule, error)
    else throw error
    return undefined
  }
}

/** Undefined where one has a mistake, which is told. */
function linkWorkloads(linker: Linker, rule: CollectedRule): readonly LinkedWorkload[] | undefined {
  const { workloads = [] } = rule.keys
  const linked = workloads.map(({ where, priority }) => ({
    expression: linker.macros.expand(sourceOf(where.origin), rule.name).expression,
    priority,
  }))
  return linked.every(({ expression }) => checkCondition(linker, rule, expression)) ? linked : undefined
}

function finished(
  rule: CollectedRule,
  { text, expression, correlation }: LinkedCondition,
  template: OutputTemplate,
  workloads: readonly LinkedWorkload[],
): LinkedRule {
  const { file, line, column } = locateOrigin(rule.at)
  const {
    desc = '',
    why,
    priority = 'debug',
    tags = [],
    techniques = [],
    enabled = true,
    shadow = false,
    prevent = false,
    tests = [],
  } = rule.keys
  const { confidence = 'medium', noise, attack = [], benign = [], atlas = [], owasp = [] } = rule.keys
  return Object.freeze({
    name: rule.name,
    desc,
    why,
    priority,
    tags: [...new Set(tags)],
    techniques,
    atlas,
    owasp,
    confidence,
    noise,
    source: rule.source,
    enabled,
    shadow,
    prevent,
    workloads,
    condition: text,
    expression,
    correlation,
    output: rule.output.text.trim(),
    template,
    exceptions: [],
    tests,
    attack,
    benign,
    position: { file: file.path, line, column },
  })
}

/** Mistakes that mean "no such field or event": a rule may ask to be left out quietly then. */
const UNKNOWN: ReadonlySet<MessageCode> = new Set<MessageCode>([
  'RULE_UNKNOWN_FIELD',
  'RULE_UNKNOWN_EVENT_TYPE',
  'RULE_NO_ARGUMENT',
  'RULE_NOT_AN_INDEX',
])

/** Reports a mistake of the rule: as an error, or as a warning where the rule or its source makes it no more than that. */
function tell(linker: Linker, rule: CollectedRule, error: LanguageError): void {
  const { report, told } = linker
  const { field } = error.facts
  if (UNKNOWN.has(error.code) && rule.keys.skipIfUnknownFilter === true) {
    report(diagnostic('LOAD_UNKNOWN_FILTER', { problem: error.message, rule: rule.name }, error.at))
  } else if (error.code === 'RULE_UNKNOWN_FIELD' && rule.source !== 'syscall') {
    report(diagnostic('LOAD_SOURCE_UNAVAILABLE', { source: rule.source, field, rule: rule.name }, rule.at))
  } else {
    if (!told.has(error)) report(diagnosticOf(error))
    else report(diagnostic('RULE_LEFT_OUT', { rule: rule.name, why: error.message }, rule.at))
    told.add(error)
  }
}

/** Checks every check once; reports all mistakes of the rule, not only the first. True when there is none. */
function checkCondition(linker: Linker, rule: CollectedRule, expression: Expression): boolean {
  const mistakes = new Set<LanguageError>()
  const seen = new Set<Expression>()
  const visit = (node: Expression): void => {
    if (seen.has(node)) return
    seen.add(node)
    if (node.kind === 'check') {
      const mistake = checkOnce(linker, node)
      if (mistake !== undefined) mistakes.add(mistake)
    } else if (node.kind === 'not') visit(node.child)
    else if (node.kind === 'macro') node.body && visit(node.body)
    else node.children.forEach(visit)
  }
  visit(expression)
  const [first] = mistakes
  if (first === undefined) return true
  const quiet = rule.keys.skipIfUnknownFilter === true || rule.source !== 'syscall'
  for (const mistake of quiet ? [first] : mistakes) tell(linker, rule, mistake)
  return false
}

function checkOnce(linker: Linker, node: CheckNode): LanguageError | undefined {
  if (linker.checked.has(node)) return linker.checked.get(node)
  let mistake: LanguageError | undefined
  try {
    const bound = bindCheck(node, linker.vocabulary)
    for (const advice of adviseCheck(bound, linker.vocabulary)) linker.report(advice)
  } catch (error) {
    if (!(error instanceof LanguageError)) throw error
    mistake = error
  }
  linker.checked.set(node, mistake)
  return mistake
}

const OURS: ReadonlySet<string> = new Set(TYPES)

const isEmpty = ({ all, names }: TypeSet): boolean => !all && names.size === 0

/** Falco draws the line at 100 event types. */
const MANY_TYPES = 100

function adviseEventTypes({ report }: Linker, rule: CollectedRule, expression: Expression): void {
  if (rule.source !== 'syscall' || rule.keys.warnEventTypes === false) return
  const { all, names } = eventTypesOf(expression)
  if (isEmpty(eventTypesOf(expression, { numbers: false }))) report(diagnostic('LOAD_NEVER_MATCHES', { rule: rule.name }, rule.at))
  if (all || names.size > MANY_TYPES) report(diagnostic('LOAD_NO_EVTTYPE', { rule: rule.name }, rule.at))
  else if (names.size > 0 && ![...names].some((name) => OURS.has(name))) {
    report(diagnostic('LOAD_NO_EVENTS', { rule: rule.name, types: [...names].slice(0, 8).join(', ') }, rule.at))
  }
}

function warnUnused(collected: Collected, macros: MacroTable, usedByLists: ReadonlySet<string>, report: Report): void {
  for (const { name, at } of collected.macros.values()) {
    if (!macros.usedMacros.has(name)) report(diagnostic('LOAD_UNUSED_MACRO', { name }, at))
  }
  for (const { name, at } of collected.lists.values()) {
    if (!macros.usedLists.has(name) && !usedByLists.has(name)) report(diagnostic('LOAD_UNUSED_LIST', { name }, at))
  }
}
