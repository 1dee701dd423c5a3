/**
 * A condition as a filter over the columns of history. Where the columns do not tell whether it holds, the filter is too wide and never
 * too narrow: below a `not` the child is made too narrow instead. That columns hold what a rule would see is up to whoever writes history
 * (src/pipeline/history).
 */
import { HISTORY_COLUMNS, type HistoryColumn } from '../findings/history-event.ts'
import type { HistoryCondition, HistoryFilter } from '../findings/history-filter.ts'
import type { BoundCheck } from '../lang/bound.ts'
import type { GroupPlan, Plan } from '../lang/plan.ts'

/** The plan is that of a linked condition, made over the vocabulary of flat events. */
export function historyCondition(plan: Plan): HistoryCondition {
  const made = bounded(plan, 'wide', new Map())
  return sizeOf(made.filter, MAX_SIZE) > MAX_SIZE ? { filter: TRUE, exact: false } : made
}

/** Parts and values: a store would take longer to read a larger filter than to give everything. Shared parts count each time, as they are written out. */
const MAX_SIZE = 5000

/** Stops counting beyond `most`. */
function sizeOf(filter: HistoryFilter, most: number): number {
  if (filter.op === 'in') return 1 + filter.values.length
  if (filter.op === 'not') return 1 + sizeOf(filter.part, most - 1)
  if (filter.op !== 'and' && filter.op !== 'or') return 1
  let size = 1
  for (const part of filter.parts) {
    if (size > most) break
    size += sizeOf(part, most - size)
  }
  return size
}

/** Which way a filter may be wrong. */
type Bound = 'wide' | 'narrow'

const TRUE: HistoryFilter = { op: 'true' }
const FALSE: HistoryFilter = { op: 'false' }

/** Parts that a condition has many times over (macros are shared) are made once. */
function bounded(plan: Plan, bound: Bound, known: Map<string, HistoryCondition>): HistoryCondition {
  const key = `${plan.id} ${bound}`
  const found = known.get(key) ?? made(plan, bound, known)
  known.set(key, found)
  return found
}

function made(plan: Plan, bound: Bound, known: Map<string, HistoryCondition>): HistoryCondition {
  switch (plan.kind) {
    case 'constant':
      return { filter: plan.value ? TRUE : FALSE, exact: true }
    case 'test': {
      const filter = filterOf(plan.check)
      return filter === undefined ? { filter: bound === 'wide' ? widest(plan.check) : FALSE, exact: false } : { filter, exact: true }
    }
    case 'not': {
      const { filter, exact } = bounded(plan.child, bound === 'wide' ? 'narrow' : 'wide', known)
      return { filter: negated(filter), exact }
    }
    case 'and':
    case 'or':
      return grouped(plan, bound, known)
    default:
      return plan satisfies never
  }
}

function grouped({ kind, children }: GroupPlan, bound: Bound, known: Map<string, HistoryCondition>): HistoryCondition {
  const parts = children.map((child) => bounded(child, bound, known))
  const [neutral, decisive] = kind === 'and' ? (['true', 'false'] as const) : (['false', 'true'] as const)
  const exact = parts.every((part) => part.exact)
  const filters = parts.map(({ filter }) => filter).filter(({ op }) => op !== neutral)
  const decided = filters.find(({ op }) => op === decisive)
  const [only] = filters
  if (decided !== undefined) return { filter: decided, exact: exact || parts.some((part) => part.exact && part.filter.op === decisive) }
  if (only === undefined) return { filter: kind === 'and' ? TRUE : FALSE, exact }
  return { filter: filters.length === 1 ? only : { op: kind, parts: filters }, exact }
}

function negated(filter: HistoryFilter): HistoryFilter {
  if (filter.op === 'true') return FALSE
  if (filter.op === 'false') return TRUE
  return filter.op === 'not' ? filter.part : { op: 'not', part: filter }
}

/** A comparison with a value that is missing does not hold, so that what holds has one. */
function widest(check: BoundCheck): HistoryFilter {
  const { key } = check.left
  const ends = ENDS[key]
  if (ends !== undefined && isEquality(check)) return anyOf(ends, constantsOf(check))
  const column = columnOf(key)
  return column === undefined || column in WHERE_MISSING ? TRUE : { op: 'exists', column }
}

/** Undefined where the columns do not tell whether the check holds. */
function filterOf(check: BoundCheck): HistoryFilter | undefined {
  const column = columnOf(check.left.key)
  if (check.rightOperand !== undefined || check.modifier !== undefined) return undefined
  if (column === undefined || check.left.shape.many !== 'one') return undefined
  const filter = ofColumn(column, check)
  const missing = WHERE_MISSING[column]
  if (filter === undefined || missing === undefined) return filter
  return holdsFor(missing, filter) ? { op: 'or', parts: [filter, { op: 'not', part: { op: 'exists', column } }] } : filter
}

const columnOf = (name: string): HistoryColumn | undefined => (Object.hasOwn(HISTORY_COLUMNS, name) ? (name as HistoryColumn) : undefined)

/** What a rule sees where nothing is written. */
const WHERE_MISSING: Readonly<Partial<Record<HistoryColumn, string>>> = { 'container.id': 'host' }

/** Fields that stand for both ends of a connection, and the columns of which one has their value. */
const ENDS: Readonly<Record<string, readonly HistoryColumn[]>> = {
  'fd.ip': ['fd.lip', 'fd.rip', 'fd.sip'],
  'fd.port': ['fd.lport', 'fd.rport', 'fd.sport'],
}

const isEquality = ({ operator, modifier, rightOperand }: BoundCheck): boolean =>
  (operator.name === '=' || operator.name === 'in') && modifier === undefined && rightOperand === undefined

type Value = string | number | boolean

const constantsOf = ({ constants }: BoundCheck): readonly Value[] => constants.filter((one): one is Value => typeof one !== 'object')

const anyOf = (columns: readonly HistoryColumn[], values: readonly Value[]): HistoryFilter => ({
  op: 'or',
  parts: columns.map((column) => ({ op: 'in', column, values })),
})

function ofColumn(column: HistoryColumn, check: BoundCheck): HistoryFilter | undefined {
  const { operator } = check
  const values = constantsOf(check)
  const [value] = values
  if (operator.name === 'exists') return { op: 'exists', column }
  if (value === undefined || values.length < check.constants.length || !values.every(isWhole)) return undefined
  switch (operator.name) {
    case '=':
    case 'in':
    case 'intersects':
      return { op: 'in', column, values }
    case '!=':
      return {
        op: 'and',
        parts: [
          { op: 'exists', column },
          { op: 'not', part: { op: 'in', column, values } },
        ],
      }
    case '<':
    case '<=':
    case '>':
    case '>=':
      return typeof value === 'number' ? { op: 'compare', column, sign: operator.name, value } : undefined
    case 'startswith':
    case 'endswith':
    case 'contains':
    case 'icontains':
      return typeof value === 'string' ? { op: 'text', column, how: operator.name, value } : undefined
    default:
      return undefined
  }
}

/** The store compares bytes: a half of a character, which a rule may ask for, is none of them. */
const isWhole = (value: Value): boolean => typeof value !== 'string' || value.isWellFormed()

/** Whether a filter of one column holds for a value. */
function holdsFor(value: string, filter: HistoryFilter): boolean {
  switch (filter.op) {
    case 'exists':
      return true
    case 'in':
      return filter.values.includes(value)
    case 'and':
      return filter.parts.every((part) => holdsFor(value, part))
    case 'not':
      return !holdsFor(value, filter.part)
    case 'text':
      return holdsText(value, filter)
    default:
      return false
  }
}

function holdsText(value: string, { how, value: wanted }: Extract<HistoryFilter, { op: 'text' }>): boolean {
  if (how === 'startswith') return value.startsWith(wanted)
  if (how === 'endswith') return value.endsWith(wanted)
  return how === 'contains' ? value.includes(wanted) : value.toLowerCase().includes(wanted.toLowerCase())
}
