/** One rule item applied to the rules so far: defined, switched on or off, appended to, or changed key by key. */
import type { Vocabulary } from '../events/field.ts'
import { appendText, type CollectedRule, type CollectState, noSuch } from './collected.ts'
import { diagnostic } from './diagnostic.ts'
import { checkException } from './exceptions.ts'
import { ItemError } from './item-error.ts'
import type { ExceptionItem, OverrideAction, RuleItem, RuleKeys } from './items.ts'
import { sequenceText } from './link-correlation.ts'
import { didYouMean } from './messages.ts'
import { sourceOf } from './source.ts'
import { suggest } from './suggest.ts'

/** The source of a rule that names none. */
const DEFAULT_SOURCE = 'syscall'

export function applyRule(state: CollectState, item: RuleItem): void {
  const before = state.rules.get(item.name)
  const source = item.action.kind === 'define' ? (item.keys.source ?? DEFAULT_SOURCE) : item.keys.source
  if (before !== undefined && source !== undefined && source !== before.source) {
    throw new ItemError('LOAD_SOURCE_CHANGED', { name: item.name, before: before.source, after: source }, item.at)
  }
  state.rules.set(item.name, changed(state, item, before))
}

function changed(state: CollectState, item: RuleItem, before: CollectedRule | undefined): CollectedRule {
  const { action } = item
  if (action.kind === 'define') return defined(state, item)
  if (before === undefined) throw noSuch('LOAD_NO_SUCH_RULE', VERBS[action.kind], item, state.rules)
  checkForm(item, before)
  switch (action.kind) {
    case 'enable':
      return { ...before, keys: { ...before.keys, ...pick(item.keys, 'enabled') } }
    case 'append':
      return appended(state, item, before)
    case 'override':
      return overridden(state, item, before, action.keys)
    default:
      return action satisfies never
  }
}

/** A rule stays what it is: the steps of a sequence are its condition, and no other rule becomes one. */
function checkForm({ at, keys }: RuleItem, before: CollectedRule): void {
  const form = before.keys.correlation?.kind
  const given = keys.correlation?.kind
  const instead = 'Define the rule anew.'
  if (form === 'sequence' && keys.condition !== undefined)
    throw new ItemError('LOAD_BESIDE', { key: 'condition', other: form, instead }, at)
  if (given === undefined || given === form || (given !== 'sequence' && form === undefined)) return
  throw new ItemError('LOAD_BESIDE', { key: given, other: form ?? 'condition', instead }, at)
}

const VERBS = { enable: 'switch on or off', append: 'append to', override: 'change' } as const

function defined(state: CollectState, item: RuleItem): CollectedRule {
  const { condition: given, output, source = DEFAULT_SOURCE, exceptions = [], ...keys } = item.keys
  const { correlation } = keys
  const condition = correlation?.kind === 'sequence' ? sequenceText(correlation) : given && sourceOf(given.origin)
  if (condition === undefined || output === undefined) throw new Error('a definition has a condition and an output')
  const unknownSource = !state.sources.includes(source)
  if (unknownSource) {
    const suggestion = didYouMean(suggest(source, state.sources))
    state.report(diagnostic('LOAD_UNKNOWN_SOURCE', { source, rule: item.name, suggestion, known: state.sources.join(', ') }, item.at))
  }
  const vocabulary = fieldsFor(state, { source, unknownSource })
  for (const exception of exceptions) checkException(exception, vocabulary)
  const texts = { condition, output: sourceOf(output.origin) }
  return { name: item.name, at: item.at, ...texts, source, unknownSource, exceptions, keys }
}

/** The fields of other sources need not be known yet. */
function fieldsFor({ vocabulary }: CollectState, rule: Pick<CollectedRule, 'source' | 'unknownSource'>): Vocabulary | undefined {
  return rule.unknownSource || rule.source !== 'syscall' ? undefined : vocabulary
}

function appended(state: CollectState, item: RuleItem, before: CollectedRule): CollectedRule {
  const { condition, exceptions } = item.keys
  if (condition === undefined && exceptions === undefined) throw new ItemError('LOAD_NOTHING_TO_CHANGE', { name: item.name }, item.at)
  return {
    ...before,
    condition: condition === undefined ? before.condition : appendText(before.condition, sourceOf(condition.origin), condition.origin),
    exceptions: appendExceptions(state, before, exceptions ?? []),
  }
}

/** A known exception takes more values; a new one is complete in itself. */
function appendExceptions(state: CollectState, before: CollectedRule, added: readonly ExceptionItem[]): readonly ExceptionItem[] {
  const exceptions = [...before.exceptions]
  for (const exception of added) {
    const { name, at, fields, comps, values } = exception
    const index = exceptions.findIndex((known) => known.name === name)
    const known = exceptions[index]
    if (known === undefined) {
      checkException(exception, fieldsFor(state, before))
      if (values.length === 0) {
        throw new ItemError('LOAD_EXCEPTION_VALUES', { name, shape: 'given', example: 'Write `values: [a, b]`.' }, at)
      }
      exceptions.push(exception)
      continue
    }
    const again = fields !== undefined ? 'fields' : comps !== undefined ? 'comps' : undefined
    if (again !== undefined) throw new ItemError('LOAD_EXCEPTION_FIELDS_AGAIN', { name, key: again }, at)
    exceptions[index] = { ...known, values: [...known.values, ...values] }
  }
  return exceptions
}

function overridden(
  state: CollectState,
  item: RuleItem,
  before: CollectedRule,
  actions: ReadonlyMap<keyof RuleKeys, OverrideAction>,
): CollectedRule {
  const { condition, output, exceptions, workloads, desc, tags } = item.keys
  const replaced = (key: keyof RuleKeys): boolean => actions.get(key) === 'replace'
  const replace = (
    ['correlation', 'desc', 'priority', 'enabled', 'shadow', 'prevent', 'tags', 'warnEventTypes', 'skipIfUnknownFilter'] as const
  ).filter(replaced)
  const rule: CollectedRule = { ...before, keys: { ...before.keys, ...pick(item.keys, ...replace), ...ownKeys(item.keys) } }
  const { correlation: sequence } = rule.keys
  return {
    ...rule,
    ...(sequence?.kind === 'sequence' && { condition: sequenceText(sequence) }),
    ...(condition && { condition: text('condition', condition.origin) }),
    ...(output && { output: text('output', output.origin) }),
    ...(exceptions && { exceptions: newExceptions(exceptions) }),
    keys: {
      ...rule.keys,
      ...(desc !== undefined && !replaced('desc') && { desc: `${before.keys.desc ?? ''} ${desc}` }),
      ...(workloads && { workloads: replaced('workloads') ? workloads : [...workloads, ...(before.keys.workloads ?? [])] }),
      ...(tags !== undefined && !replaced('tags') && { tags: [...new Set([...(before.keys.tags ?? []), ...tags])] }),
    },
  }

  function text(key: 'condition' | 'output', origin: Parameters<typeof sourceOf>[0]) {
    return replaced(key) ? sourceOf(origin) : appendText(before[key], sourceOf(origin), origin)
  }

  function newExceptions(given: readonly ExceptionItem[]): readonly ExceptionItem[] {
    if (!replaced('exceptions')) return appendExceptions(state, before, given)
    for (const exception of given) checkException(exception, fieldsFor(state, before))
    return given
  }
}

/** Our own keys have no override action: given, they replace. */
const ownKeys = (keys: RuleKeys): Partial<RuleKeys> => pick(keys, 'why', 'noise', 'techniques', 'confidence', 'tests', 'attack', 'benign')

function pick<K extends keyof RuleKeys>(keys: RuleKeys, ...names: readonly K[]): Partial<Pick<RuleKeys, K>> {
  return Object.fromEntries(names.flatMap((name) => (keys[name] === undefined ? [] : [[name, keys[name]]]))) as Partial<Pick<RuleKeys, K>>
}
