/**
 * Finds the rules that can match by the value of one field, so that the cost of an event depends little on the number of
 * rules. A rule whose condition needs `field = value`, `field in (values)` or `field startswith text` waits under those
 * values; the others are tried on every event.
 */
import type { BoundOperand } from '../lang/bound.ts'
import type { Getter } from '../lang/compile-check.ts'
import type { Plan, TestPlan } from '../lang/plan.ts'

/** A rule that waits under values of a field, and what is left to check once one of them is seen. */
interface Waiting {
  readonly rule: number
  readonly key: Key
}

/** `field = a`, `field in (a, b)` or (`prefix`) `field startswith a`. */
interface Key {
  readonly operand: BoundOperand
  readonly prefix: boolean
  readonly values: readonly (string | number)[]
  /** The child of the condition that it stands for. */
  readonly plan: Plan
}

export interface Candidates {
  /** Rules that are tried on every event. */
  readonly always: readonly number[]
  readonly indexes: readonly FieldIndex[]
  /** For a rule that waits: the check that is known to hold when it is found. */
  readonly known: ReadonlyMap<number, Plan>
}

export interface FieldIndex {
  readonly operand: BoundOperand
  readonly byValue: ReadonlyMap<string | number, readonly number[]>
  /** Lengths of the texts that a value may begin with, and the rules by those texts. */
  readonly prefixLengths: readonly number[]
  readonly byPrefix: ReadonlyMap<string, readonly number[]>
}

/** Below this number of rules on a field, trying them is as fast as looking them up. */
const MIN_RULES = 8

/** More lengths than this are not worth a look-up each. */
const MAX_PREFIX_LENGTHS = 16

/** `plans[i]` is the specialised condition of rule i; undefined where it can not match. */
export function findCandidates(plans: readonly (Plan | undefined)[]): Candidates {
  const options = plans.map((plan) => (plan === undefined ? [] : keysOf(plan)))
  const spread = countValues(options)
  const waiting = new Map<string, Waiting[]>()
  const always: number[] = []
  for (const [rule, keys] of options.entries()) {
    if (plans[rule] === undefined) continue
    const best = pickKey(keys, spread)
    if (best === undefined) always.push(rule)
    else pushTo(waiting, best.operand.key, { rule, key: best })
  }
  return build(waiting, always)
}

function build(waiting: ReadonlyMap<string, readonly Waiting[]>, always: number[]): Candidates {
  const indexes: FieldIndex[] = []
  const known = new Map<number, Plan>()
  for (const group of waiting.values()) {
    const lengths = new Set(group.filter(({ key }) => key.prefix).flatMap(({ key }) => key.values.map((value) => String(value).length)))
    if (group.length < MIN_RULES || lengths.size > MAX_PREFIX_LENGTHS) {
      always.push(...group.map(({ rule }) => rule))
      continue
    }
    for (const { rule, key } of group) known.set(rule, key.plan)
    indexes.push(indexOf(group, [...lengths]))
  }
  return { always: always.sort((a, b) => a - b), indexes, known }
}

function indexOf(group: readonly Waiting[], prefixLengths: readonly number[]): FieldIndex {
  const byValue = new Map<string | number, number[]>()
  const byPrefix = new Map<string, number[]>()
  for (const { rule, key } of group) {
    for (const value of new Set(key.values)) {
      if (key.prefix) pushTo(byPrefix, String(value), rule)
      else pushTo(byValue, value, rule)
    }
  }
  const [first] = group
  if (first === undefined) throw new Error('an index is made for rules')
  return { operand: first.key.operand, byValue, prefixLengths, byPrefix }
}

function pushTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}

/** The checks of a condition that must hold for it and name their values. */
function keysOf(plan: Plan): Key[] {
  const children = plan.kind === 'and' ? plan.children : [plan]
  return children.flatMap((child) => keyOf(child) ?? [])
}

function keyOf(plan: Plan): Key | undefined {
  if (plan.kind === 'test') return keyOfTest(plan)
  if (plan.kind !== 'or') return undefined
  const keys = plan.children.map(keyOf)
  const [first] = keys
  if (first === undefined) return undefined
  const same = keys.every((key) => key !== undefined && key.operand.key === first.operand.key && key.prefix === first.prefix)
  return same ? { ...first, plan, values: keys.flatMap((key) => key?.values ?? []) } : undefined
}

function keyOfTest(plan: TestPlan): Key | undefined {
  const { left, operator, modifier, constants, rightOperand } = plan.check
  const { type, many } = left.shape
  if (many !== 'one' || modifier !== undefined || rightOperand !== undefined) return undefined
  const prefix = operator.name === 'startswith'
  const byValue = operator.name === '=' || operator.name === 'in' || operator.name === 'intersects'
  if (!(prefix && type === 'string') && !(byValue && (type === 'string' || type === 'number'))) return undefined
  return { operand: left, prefix, values: constants as readonly (string | number)[], plan }
}

/** How many different values the rules name of each field: a field with many tells rules apart. */
function countValues(options: readonly (readonly Key[])[]): ReadonlyMap<string, number> {
  const values = new Map<string, Set<string | number>>()
  for (const key of options.flat()) {
    const seen = values.get(key.operand.key) ?? new Set()
    for (const value of key.values) seen.add(value)
    values.set(key.operand.key, seen)
  }
  return new Map([...values].map(([field, seen]) => [field, seen.size]))
}

/** The key under which the rule is found least often for nothing. */
function pickKey(keys: readonly Key[], spread: ReadonlyMap<string, number>): Key | undefined {
  const score = (key: Key): number => (spread.get(key.operand.key) ?? 0) / Math.max(1, key.values.length) / (key.prefix ? 2 : 1)
  return keys.reduce<Key | undefined>((best, key) => (best === undefined || score(key) > score(best) ? key : best), undefined)
}

/** Appends the rules that wait under the value to `found`. */
export function lookUp(index: FieldIndex, value: ReturnType<Getter>, found: number[]): void {
  if (typeof value !== 'string' && typeof value !== 'number') return
  const rules = index.byValue.get(value)
  if (rules !== undefined) for (const rule of rules) found.push(rule)
  if (typeof value !== 'string') return
  for (const length of index.prefixLengths) {
    const prefixed = value.length < length ? undefined : index.byPrefix.get(value.slice(0, length))
    if (prefixed !== undefined) for (const rule of prefixed) found.push(rule)
  }
}
