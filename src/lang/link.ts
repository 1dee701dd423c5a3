/** Collected rules to rules that can run: exceptions, lists and macros put in, every check and the output checked. */
import type { Vocabulary } from '../events/field.ts'
import { TYPES } from '../events/types.ts'
import { adviseCheck } from './advise.ts'
import type { CheckNode, Expression } from './ast.ts'
import { bindCheck } from './check.ts'
import type { Collected, CollectedRule } from './collected.ts'
import { diagnostic, diagnosticOf } from './diagnostic.ts'
import { eventTypesOf, type TypeSet } from './event-types.ts'
import { withExceptions } from './exceptions.ts'
import { ItemError } from './item-error.ts'
import type { RuleTest } from './items.ts'
import { resolveLists } from './lists.ts'
import { createMacroTable, type MacroTable } from './macros.ts'
import { LanguageError, type MessageCode } from './messages.ts'
import { CONTAINER_INFO, type OutputTemplate, parseOutput } from './output.ts'
import type { Priority } from './priority.ts'
import type { Report } from './read-value.ts'
import { locateOrigin, type Source } from './source.ts'

/** A rule that is complete and fits the vocabulary. */
export interface LinkedRule {
  readonly name: string
  readonly desc: string
  /** Why a match matters, in a sentence; our own key. */
  readonly why: string | undefined
  readonly priority: Priority
  readonly tags: readonly string[]
  /** ATT&CK ids given by the key `attack`. */
  readonly attack: readonly string[]
  readonly source: string
  readonly enabled: boolean
  /** The condition as written, with what was appended to it and its exceptions; lists and macros by name. */
  readonly condition: string
  /** The condition as a tree, with macros put in. */
  readonly expression: Expression
  readonly output: string
  readonly template: OutputTemplate
  readonly tests: readonly RuleTest[]
  readonly position: { readonly file: string; readonly line: number; readonly column: number }
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

export function link(collected: Collected, vocabulary: Vocabulary, report: Report): Linked {
  const { lists, used } = resolveLists(collected.lists, report)
  const macros = createMacroTable(collected.macros, lists, report)
  const linker: Linker = { vocabulary, macros, report, checked: new Map(), told: new Set() }
  const rules = [...collected.rules.values()].flatMap((rule) => linkRule(linker, rule) ?? [])
  warnUnused(collected, macros, used, report)
  return { rules, lists: new Map([...lists].map(([name, { items }]) => [name, items])) }
}

function linkRule(linker: Linker, rule: CollectedRule): LinkedRule | undefined {
  if (rule.unknownSource) return undefined
  try {
    const condition = withExceptions(rule.condition, rule.exceptions, rule.at)
    const { expression } = linker.macros.expand(condition, rule.name)
    if (!checkCondition(linker, rule, expression)) return undefined
    const template = parseOutput(rule.output, linker.vocabulary)
    if (rule.output.text.includes(CONTAINER_INFO)) {
      const facts = { what: CONTAINER_INFO, instead: 'It shows nothing: name the fields that you want, such as %container.id.' }
      linker.report(diagnostic('LOAD_DEPRECATED_ITEM', facts, rule.at))
    }
    adviseEventTypes(linker, rule, expression)
    return finished(rule, condition, expression, template)
  } catch (error) {
    if (error instanceof ItemError) linker.report(error.problem)
    else if (error instanceof LanguageError) tell(linker, rule, error)
    else throw error
    return undefined
  }
}

function finished(rule: CollectedRule, condition: Source, expression: Expression, template: OutputTemplate): LinkedRule {
  const { file, line, column } = locateOrigin(rule.at)
  const { desc = '', why, priority = 'debug', tags = [], attack = [], enabled = true, tests = [] } = rule.keys
  return Object.freeze({
    name: rule.name,
    desc,
    why,
    priority,
    tags: [...new Set(tags)],
    attack,
    source: rule.source,
    enabled,
    condition: condition.text.trim(),
    expression,
    output: rule.output.text.trim(),
    template,
    tests,
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
