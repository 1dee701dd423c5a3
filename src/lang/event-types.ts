/**
 * The event types for which a condition can hold, as Falco derives them (libs, filter/ppm_codes.cpp): checks of evt.type
 * give sets, `and` intersects and `or` joins them, `not` is pushed down to the checks, and every other check fits all types.
 */
import { TYPES } from '../events/types.ts'
import type { CheckNode, Expression } from './ast.ts'
import { valuesOf } from './check.ts'
import { parseNumber } from './constants.ts'

/** These types, or (`all`) every type but these. */
export interface TypeSet {
  readonly all: boolean
  readonly names: ReadonlySet<string>
}

const NONE: ReadonlySet<string> = new Set()
const EVERYTHING: TypeSet = { all: true, names: NONE }
const NOTHING: TypeSet = { all: false, names: NONE }

/**
 * The set for a condition whose macros are expanded. Checks of evt.num that always or never hold count, as in Falco;
 * without `numbers` they are like any other check.
 */
export function eventTypesOf(expression: Expression, { numbers = true }: { readonly numbers?: boolean } = {}): TypeSet {
  return typesOf(expression, false, { numbers, sets: new Map() })
}

/** As plain names: those that this program's events have where the set is "all but…", and 'all' where nothing is excluded. */
export function namesOf(types: TypeSet): ReadonlySet<string> | 'all' {
  if (!types.all) return types.names
  return types.names.size === 0 ? 'all' : new Set(TYPES.filter((type) => !types.names.has(type)))
}

interface Known {
  readonly numbers: boolean
  readonly sets: Map<Expression, { plain?: TypeSet; negated?: TypeSet }>
}

/** Remembers macro bodies, which many rules share and which may contain each other many times over. */
function typesOf(node: Expression, negated: boolean, known: Known): TypeSet {
  const entry = known.sets.get(node) ?? {}
  known.sets.set(node, entry)
  const side = negated ? 'negated' : 'plain'
  const types = entry[side] ?? compute(node, negated, known)
  entry[side] = types
  return types
}

function compute(node: Expression, negated: boolean, known: Known): TypeSet {
  switch (node.kind) {
    case 'and':
    case 'or': {
      const sets = node.children.map((child) => typesOf(child, negated, known))
      return (node.kind === 'and') === negated ? sets.reduce(union, NOTHING) : sets.reduce(intersection, EVERYTHING)
    }
    case 'not':
      return typesOf(node.child, !negated, known)
    case 'macro':
      return node.body === undefined ? EVERYTHING : typesOf(node.body, negated, known)
    case 'check':
      return typesOfCheck(node, negated, known.numbers)
    default:
      return node satisfies never
  }
}

function typesOfCheck(node: CheckNode, negated: boolean, numbers: boolean): TypeSet {
  const always = numbers ? numberIsAlways(node) : undefined
  if (always !== undefined) return always === negated ? NOTHING : EVERYTHING
  const { left, operator, modifier, right } = node
  const compares = left.kind === 'field' && left.argument === undefined && (left.name === 'evt.type' || left.name === 'syscall.type')
  if (!compares || modifier !== undefined || right === undefined) return EVERYTHING
  if (right.kind !== 'value' && right.kind !== 'values') return EVERYTHING
  if (operator !== '=' && operator !== '!=' && operator !== 'in') return EVERYTHING
  const names = new Set(valuesOf(right).map(({ text }) => text))
  return { all: (operator === '!=') !== negated, names }
}

/**
 * What a check of evt.num comes to, where that is sure: events are numbered from 1, so `evt.num = 0` never holds and
 * `evt.num >= 0` always does. Undefined for every other check.
 */
export function numberIsAlways({ left, operator, modifier, right }: CheckNode): boolean | undefined {
  if (left.kind !== 'field' || left.name !== 'evt.num' || left.argument !== undefined || modifier !== undefined) return undefined
  if (right === undefined || (right.kind !== 'value' && right.kind !== 'values')) return undefined
  const numbers = valuesOf(right).map(({ text }) => parseNumber(text) ?? Number.NaN)
  if (operator === 'in') return numbers.every((number) => number === 0) ? false : undefined
  const [number] = numbers
  if (number === undefined || Number.isNaN(number) || number < 0) return undefined
  return CERTAIN[operator]?.(number)
}

const CERTAIN: Readonly<Record<string, (number: number) => boolean | undefined>> = {
  '=': (number) => (number === 0 ? false : undefined),
  '!=': (number) => (number === 0 ? true : undefined),
  '<': (number) => (number <= 1 ? false : undefined),
  '<=': (number) => (number < 1 ? false : undefined),
  '>': (number) => (number < 1 ? true : undefined),
  '>=': (number) => (number <= 1 ? true : undefined),
}

function union(a: TypeSet, b: TypeSet): TypeSet {
  if (a.all && b.all) return { all: true, names: both(a.names, b.names) }
  if (a.all) return { all: true, names: without(a.names, b.names) }
  return b.all ? union(b, a) : { all: false, names: new Set([...a.names, ...b.names]) }
}

function intersection(a: TypeSet, b: TypeSet): TypeSet {
  if (a.all && b.all) return { all: true, names: new Set([...a.names, ...b.names]) }
  if (a.all) return { all: false, names: without(b.names, a.names) }
  return b.all ? intersection(b, a) : { all: false, names: both(a.names, b.names) }
}

const both = (a: ReadonlySet<string>, b: ReadonlySet<string>): Set<string> => new Set([...a].filter((name) => b.has(name)))
const without = (a: ReadonlySet<string>, b: ReadonlySet<string>): Set<string> => new Set([...a].filter((name) => !b.has(name)))
