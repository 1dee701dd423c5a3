/** One item of a rule file: a list, a macro or a rule, with every key read. */
import { type Diagnostic, diagnostic } from './diagnostic.ts'
import { ItemError } from './item-error.ts'
import {
  CONFIDENCES,
  type Confidence,
  type FileItem,
  type ListItem,
  type MacroItem,
  type OverrideAction,
  type RuleAction,
  type RuleItem,
  type RuleKeys,
} from './items.ts'
import { didYouMean } from './messages.ts'
import { PRIORITY_NAMES, parsePriority } from './priority.ts'
import { readCases } from './read-cases.ts'
import { CORRELATION_KEYS, readCorrelation } from './read-correlation.ts'
import { readExceptions } from './read-exceptions.ts'
import { readTests } from './read-tests.ts'
import { type KeyedItem, optionalBoolean, optionalText, optionalTexts, type Report, readKeys, requiredText } from './read-value.ts'
import { readWorkloads } from './read-workloads.ts'
import { suggest } from './suggest.ts'
import { entries, kindOf, originOf, textOf, type YamlNode } from './yaml-file.ts'

export type NamedKind = FileItem['kind']

/** Reads the item. Throws ItemError. */
export function readItem(kind: NamedKind, node: YamlNode, report: Report): FileItem {
  switch (kind) {
    case 'list':
      return readList(node, report)
    case 'macro':
      return readMacro(node, report)
    case 'rule':
      return readRule(node, report)
    default:
      return kind satisfies never
  }
}

function readList(node: YamlNode, report: Report): ListItem {
  const item = readKeys(node, 'list', ['list', 'items', 'append', 'override'], report)
  const { value: name, origin: at } = requiredText(item, 'list')
  if (!/^[^()"' \t\n\v\f\r=,]+$/.test(name)) report(diagnostic('LOAD_INVALID_LIST_NAME', { name }, at))
  const items = optionalTexts(item, 'items')
  if (items === undefined) throw new ItemError('LOAD_MISSING_KEY', { item: 'list', key: 'items' }, at)
  return { kind: 'list', name, at, items, append: appends(item, 'items', report) }
}

function readMacro(node: YamlNode, report: Report): MacroItem {
  const item = readKeys(node, 'macro', ['macro', 'condition', 'append', 'override'], report)
  const { value: name, origin: at } = requiredText(item, 'macro')
  if (!/^[a-zA-Z]+[a-zA-Z0-9_]*$/.test(name)) report(diagnostic('LOAD_INVALID_MACRO_NAME', { name }, at))
  return { kind: 'macro', name, at, condition: requiredText(item, 'condition'), append: appends(item, 'condition', report) }
}

/** Lists and macros have one key: to append to it, by `append: true` or by override, or to replace it, is all there is. */
function appends(item: KeyedItem, key: string, report: Report): boolean {
  const append = readAppend(item, report)
  const overrides = readOverrides(item, { [key]: { append: true } })
  if (append && overrides.size > 0) throw new ItemError('LOAD_OVERRIDE_AND_APPEND', { key }, originOf(item.at))
  return append || overrides.get(key) === 'append'
}

function readAppend(item: KeyedItem, report: Report): boolean {
  const append = optionalBoolean(item, 'append') === true
  const key = item.keys.get('append')
  if (append && key !== undefined) {
    report(deprecated('append: true', 'Write `override:` with the key and `append` below it.', key.key.origin))
  }
  return append
}

const deprecated = (what: string, instead: string, at: Parameters<typeof diagnostic>[2]): Diagnostic =>
  diagnostic('LOAD_DEPRECATED_ITEM', { what, instead }, at)

/** Which keys may be appended to or replaced, and what the result calls them. */
interface Overridable {
  /** All can be replaced; these can be appended to as well. */
  readonly append?: true
  readonly as?: keyof RuleKeys
}

const RULE_OVERRIDES: Readonly<Record<string, Overridable>> = {
  condition: { append: true, as: 'condition' },
  sequence: { as: 'correlation' },
  threshold: { as: 'correlation' },
  first_seen: { as: 'correlation' },
  output: { append: true, as: 'output' },
  desc: { append: true, as: 'desc' },
  tags: { append: true, as: 'tags' },
  exceptions: { append: true, as: 'exceptions' },
  workloads: { append: true, as: 'workloads' },
  priority: { as: 'priority' },
  enabled: { as: 'enabled' },
  shadow: { as: 'shadow' },
  prevent: { as: 'prevent' },
  warn_evttypes: { as: 'warnEventTypes' },
  'skip-if-unknown-filter': { as: 'skipIfUnknownFilter' },
  capture: {},
  capture_duration: {},
}

function readOverrides(item: KeyedItem, known: Readonly<Record<string, Overridable>>): ReadonlyMap<string, OverrideAction> {
  const entry = item.keys.get('override')
  const overrides = new Map<string, OverrideAction>()
  if (entry === undefined || kindOf(entry.value) === 'nothing') return overrides
  if (kindOf(entry.value) !== 'map') {
    const facts = { key: Object.keys(known)[0], allowed: 'append or replace', value: 'a single value', first: 'append' }
    throw new ItemError('LOAD_BAD_OVERRIDE', facts, originOf(entry.value))
  }
  for (const { key, value } of entries(entry.value)) {
    const allowed = known[key.value]
    if (allowed === undefined) {
      const names = Object.keys(known)
      const facts = { key: key.value, item: item.kind, suggestion: didYouMean(suggest(key.value, names)), allowed: names.join(', ') }
      throw new ItemError('LOAD_NOT_OVERRIDABLE', facts, key.origin)
    }
    overrides.set(key.value, overrideAction(key.value, allowed, value))
  }
  return overrides
}

function overrideAction(key: string, allowed: Overridable, node: YamlNode): OverrideAction {
  const { value, origin } = textOf(node)
  if (value === 'append' && allowed.append !== true) throw new ItemError('LOAD_NOT_APPENDABLE', { key }, origin)
  if (value === 'append' || value === 'replace') return value
  const actions = allowed.append === true ? ['append', 'replace'] : ['replace']
  throw new ItemError('LOAD_BAD_OVERRIDE', { key, allowed: actions.join(' or '), value, first: actions[0] }, origin)
}

/** Falco's keys of a rule, and ours, from `why` on. */
const RULE_KEYS = [
  'rule',
  'condition',
  'output',
  'desc',
  'priority',
  'source',
  'enabled',
  'tags',
  'exceptions',
  'warn_evttypes',
  'skip-if-unknown-filter',
  'capture',
  'capture_duration',
  'append',
  'override',
  'why',
  'techniques',
  'atlas',
  'owasp',
  'confidence',
  'noise',
  'tests',
  'attack',
  'benign',
  'shadow',
  'prevent',
  'workloads',
  ...CORRELATION_KEYS,
]

function readRule(node: YamlNode, report: Report): RuleItem {
  const item = readKeys(node, 'rule', RULE_KEYS, report)
  const { value: name, origin: at } = requiredText(item, 'rule')
  const action = readAction(item, report)
  const appending = action.kind === 'append' || (action.kind === 'override' && action.keys.get('exceptions') === 'append')
  const keys = readRuleKeys(item, action, appending, report)
  return { kind: 'rule', name, at, action, keys }
}

function readAction(item: KeyedItem, report: Report): RuleAction {
  const append = readAppend(item, report)
  const overrides = readOverrides(item, RULE_OVERRIDES)
  if (append && overrides.size > 0) throw new ItemError('LOAD_OVERRIDE_AND_APPEND', { key: 'condition' }, originOf(item.at))
  if (overrides.size > 0) return { kind: 'override', keys: checkOverrides(item, overrides) }
  if (append) {
    warnIgnored(item, report)
    return { kind: 'append' }
  }
  if (['condition', 'output', 'desc', 'priority', ...CORRELATION_KEYS].some((key) => item.keys.has(key))) return { kind: 'define' }
  if (!item.keys.has('enabled')) throw new ItemError('LOAD_MISSING_KEY', { item: 'rule', key: 'condition' }, originOf(item.at))
  report(deprecated('a rule with nothing but enabled', 'Write `override: {enabled: replace}` beside it.', originOf(item.at)))
  return { kind: 'enable' }
}

/** `append: true` takes condition and exceptions only. */
function warnIgnored(item: KeyedItem, report: Report): void {
  for (const [key, entry] of item.keys) {
    if (['rule', 'source', 'append', 'condition', 'exceptions'].includes(key)) continue
    report(diagnostic('LOAD_IGNORED_KEY', { key, beside: 'append: true' }, entry.key.origin))
  }
}

/** Each overridden key must be given, and each given key that can be overridden must be listed. */
function checkOverrides(item: KeyedItem, overrides: ReadonlyMap<string, OverrideAction>): ReadonlyMap<keyof RuleKeys, OverrideAction> {
  for (const key of overrides.keys()) {
    if (!item.keys.has(key))
      throw new ItemError('LOAD_OVERRIDE_WITHOUT_VALUE', { key }, item.keys.get('override')?.key.origin ?? originOf(item.at))
  }
  for (const [key, entry] of item.keys) {
    if (key in RULE_OVERRIDES && !overrides.has(key)) throw new ItemError('LOAD_VALUE_WITHOUT_OVERRIDE', { key }, entry.key.origin)
  }
  const named = [...overrides].flatMap(([key, action]) => {
    const as = RULE_OVERRIDES[key]?.as
    return as === undefined ? [] : [[as, action] as const]
  })
  return new Map(named)
}

function readRuleKeys(item: KeyedItem, action: RuleAction, appending: boolean, report: Report): RuleKeys {
  const correlation = readCorrelation(item, report)
  if (action.kind === 'define') {
    const required = correlation?.kind === 'sequence' ? [] : ['condition']
    for (const key of [...required, 'output', 'desc', 'priority']) requiredText(item, key)
  }
  checkCapture(item)
  const keys = {
    condition: optionalText(item, 'condition'),
    correlation,
    output: optionalText(item, 'output'),
    desc: optionalText(item, 'desc')?.value,
    why: optionalText(item, 'why')?.value,
    priority: readPriority(item),
    source: readSource(item),
    enabled: optionalBoolean(item, 'enabled'),
    shadow: optionalBoolean(item, 'shadow'),
    prevent: optionalBoolean(item, 'prevent'),
    workloads: readWorkloads(item, report),
    tags: optionalTexts(item, 'tags')?.map(({ value }) => value),
    techniques: readTechniques(item),
    atlas: readNumbers(item, 'atlas', /^AML\.T\d{4}(?:\.\d{3})?$/, 'AML.T0051'),
    owasp: readNumbers(item, 'owasp', /^(?:LLM|ASI)(?:0[1-9]|10)$/, 'LLM01` or `ASI02'),
    confidence: readConfidence(item),
    noise: optionalText(item, 'noise')?.value,
    tests: readTests(item, report),
    attack: readCases(item, 'attack', report),
    benign: readCases(item, 'benign', report),
    exceptions: readExceptions(item, appending, report),
    warnEventTypes: optionalBoolean(item, 'warn_evttypes'),
    skipIfUnknownFilter: optionalBoolean(item, 'skip-if-unknown-filter'),
  }
  return Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined))
}

/** Falco records a capture for such rules; we read the keys, so that they are known, and have no use for them yet. */
function checkCapture(item: KeyedItem): void {
  optionalBoolean(item, 'capture')
  const duration = optionalText(item, 'capture_duration')
  if (duration !== undefined && !/^\d+$/.test(duration.value)) {
    throw new ItemError('LOAD_NOT_A_NUMBER', { key: 'capture_duration', value: duration.value }, duration.origin)
  }
}

function readPriority(item: KeyedItem): RuleKeys['priority'] {
  const text = optionalText(item, 'priority')
  if (text === undefined) return undefined
  const priority = parsePriority(text.value)
  if (priority !== undefined) return priority
  const suggestion = didYouMean(suggest(text.value.toLowerCase(), [...PRIORITY_NAMES, 'info'])?.toUpperCase())
  throw new ItemError('LOAD_BAD_PRIORITY', { value: text.value, suggestion }, text.origin)
}

/** An empty source is as good as none. */
function readSource(item: KeyedItem): string | undefined {
  const entry = item.keys.get('source')
  const empty = entry === undefined || kindOf(entry.value) === 'nothing' || textOf(entry.value).value === ''
  return empty ? undefined : optionalText(item, 'source')?.value
}

function readTechniques(item: KeyedItem): readonly string[] | undefined {
  return optionalTexts(item, 'techniques')?.map(({ value, origin }) => {
    if (!/^T\d{4}(?:\.\d{3})?$/.test(value)) throw new ItemError('LOAD_BAD_TECHNIQUE', { value }, origin)
    return value
  })
}

/** The ids of other frameworks. `example` is what one looks like. */
function readNumbers(item: KeyedItem, key: 'atlas' | 'owasp', form: RegExp, example: string): readonly string[] | undefined {
  return optionalTexts(item, key)?.map(({ value, origin }) => {
    if (!form.test(value)) throw new ItemError('LOAD_BAD_NUMBER', { key, value, example }, origin)
    return value
  })
}

function readConfidence(item: KeyedItem): Confidence | undefined {
  const text = optionalText(item, 'confidence')
  if (text === undefined) return undefined
  const confidence = CONFIDENCES.find((one) => one === text.value)
  if (confidence === undefined)
    throw new ItemError('LOAD_BAD_CHOICE', { key: 'confidence', value: text.value, allowed: CONFIDENCES.join(', ') }, text.origin)
  return confidence
}
