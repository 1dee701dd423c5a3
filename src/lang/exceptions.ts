/**
 * Exceptions of a rule, checked and turned into condition text: `and not (proc.name = a and fd.name = b) or (…)`. They are
 * text as in Falco, so their values may be names of lists.
 */
import type { Vocabulary } from '../events/field.ts'
import { ItemError } from './item-error.ts'
import type { ExceptionItem, ExceptionRow, ExceptionValue, Text } from './items.ts'
import { quoteItem } from './lists.ts'
import { didYouMean } from './messages.ts'
import type { Operator } from './operator.ts'
import { OPERATORS } from './operators.ts'
import { concatenate, fixedSource, type Origin, type Source, sourceOf } from './source.ts'
import { suggest } from './suggest.ts'

const isList = (value: Text | readonly Text[] | undefined): value is readonly Text[] => Array.isArray(value)

const MODIFIERS = new Set(['oneof', 'anyof', 'allof'])

interface Comparison {
  readonly operator: Operator
  readonly modified: boolean
}

/** `in`, `startswith`, `startswith oneof`. Undefined where it is no operator that compares. */
function readComparison(text: string): Comparison | undefined {
  const [name = '', modifier, ...more] = text.trim().split(/\s+/)
  const operator = OPERATORS.get(name)
  if (operator === undefined || operator.right === 'none' || more.length > 0) return undefined
  if (modifier === undefined) return { operator, modified: false }
  return MODIFIERS.has(modifier) && operator.right === 'text' ? { operator, modified: true } : undefined
}

/** Does the operator take a list in parentheses? */
const takesList = ({ operator, modified }: Comparison): boolean => modified || operator.right === 'list'

/** Checks fields and comps against each other. `vocabulary` is undefined where the rule's source is not known. Throws ItemError. */
export function checkException(exception: ExceptionItem, vocabulary: Vocabulary | undefined): void {
  const { name, at, fields, comps } = exception
  if (fields === undefined) throw new ItemError('LOAD_EXCEPTION_NO_FIELDS', { name }, at)
  if (isList(fields)) checkLists(exception, fields)
  else if (isList(comps)) throw new ItemError('LOAD_EXCEPTION_COMPS', { name }, at)
  else if (comps !== undefined) checkSingle(name, comps)
  if (vocabulary !== undefined) for (const field of isList(fields) ? fields : [fields]) checkField(name, field, vocabulary)
}

function checkLists({ name, at, comps }: ExceptionItem, fields: readonly Text[]): void {
  if (comps === undefined) return
  const count = isList(comps) ? comps.length : 1
  if (!isList(comps) || count !== fields.length) {
    throw new ItemError('LOAD_EXCEPTION_LENGTHS', { what: 'comps', name, count, fields: fields.length }, at)
  }
  for (const comp of comps) if (readComparison(comp.value) === undefined) throw unknownOperator(name, comp)
}

function unknownOperator(name: string, comp: Text): ItemError {
  const known = [...OPERATORS.keys()]
  const facts = { name, operator: comp.value, suggestion: didYouMean(suggest(comp.value.trim(), known)), known: known.join(' ') }
  return new ItemError('LOAD_EXCEPTION_OPERATOR', facts, comp.origin)
}

function checkSingle(name: string, comp: Text): void {
  const comparison = readComparison(comp.value)
  if (comparison === undefined) throw unknownOperator(name, comp)
  if (!takesList(comparison)) throw new ItemError('LOAD_EXCEPTION_ONE_FIELD', { name, operator: comp.value }, comp.origin)
}

/** A field may have an argument; whether it fits is checked with the condition. */
function checkField(name: string, field: Text, vocabulary: Vocabulary): void {
  const [plain = ''] = field.value.split('[')
  if (/^\w+\(/.test(field.value) || vocabulary.field(plain) !== undefined) return
  const suggestion = didYouMean(suggest(plain, vocabulary.names))
  throw new ItemError('LOAD_EXCEPTION_FIELD', { name, field: plain, suggestion }, field.origin)
}

/** The condition with its exceptions. Throws ItemError where the values do not fit the fields. */
export function withExceptions(condition: Source, exceptions: readonly ExceptionItem[], at: Origin): Source {
  if (exceptions.length === 0) return condition
  const parts = [fixedSource('(', at), condition, fixedSource(')', at)]
  for (const exception of exceptions) parts.push(...exceptionText(exception))
  return concatenate(parts)
}

function exceptionText(exception: ExceptionItem): Source[] {
  const inner = exceptionCondition(exception)
  return inner.length === 0 ? [] : [fixedSource(' and not ', exception.at), ...inner]
}

/** What the exception takes out, in parentheses; nothing where it has no values. Throws ItemError where the values do not fit the fields. */
export function exceptionCondition(exception: ExceptionItem): Source[] {
  const { fields, values } = exception
  if (fields === undefined || values.length === 0) return []
  const fixed = (text: string): Source => fixedSource(text, exception.at)
  return isList(fields) ? rowsText(exception, fields, fixed) : oneFieldText(exception, fields, fixed)
}

type Fixed = (text: string) => Source

/** `(proc.name in (a, b))`. */
function oneFieldText(exception: ExceptionItem, field: Text, fixed: Fixed): Source[] {
  const comp = exception.comps === undefined || isList(exception.comps) ? fixed('in') : sourceOf(exception.comps.origin)
  const parts = [fixed('('), sourceOf(field.origin), fixed(' '), comp, fixed(' (')]
  for (const [index, row] of exception.values.entries()) {
    if (index > 0) parts.push(fixed(', '))
    parts.push(itemText(singleValue(exception, row)))
  }
  return [...parts, fixed('))')]
}

function singleValue({ name }: ExceptionItem, { at, value }: ExceptionRow): Text {
  if (!isRow(value)) return value
  throw new ItemError('LOAD_EXCEPTION_VALUES', { name, shape: 'single values', example: 'Write `values: [a, b]`.' }, at)
}

const isRow = (value: ExceptionRow['value']): value is readonly ExceptionValue[] => Array.isArray(value)

/** `((proc.name = a and fd.name = b) or (…))`. */
function rowsText(exception: ExceptionItem, fields: readonly Text[], fixed: Fixed): Source[] {
  const parts = [fixed('(')]
  for (const [index, row] of exception.values.entries()) {
    if (index > 0) parts.push(fixed(' or '))
    parts.push(...rowText(exception, row, fields, fixed))
  }
  return [...parts, fixed(')')]
}

function rowText(exception: ExceptionItem, row: ExceptionRow, fields: readonly Text[], fixed: Fixed): Source[] {
  const { name } = exception
  if (!isRow(row.value)) {
    const example = 'Write `values: [[a, b], [c, d]]`.'
    throw new ItemError('LOAD_EXCEPTION_VALUES', { name, shape: 'lists, one value for each field', example }, row.at)
  }
  if (row.value.length !== fields.length) {
    throw new ItemError('LOAD_EXCEPTION_LENGTHS', { what: 'a row of values', name, count: row.value.length, fields: fields.length }, row.at)
  }
  const parts = [fixed('(')]
  for (const [index, field] of fields.entries()) {
    if (index > 0) parts.push(fixed(' and '))
    const comp = isList(exception.comps) ? exception.comps[index] : undefined
    const value = row.value[index]
    if (value === undefined) continue
    parts.push(sourceOf(field.origin), fixed(' '), comp === undefined ? fixed('=') : sourceOf(comp.origin), fixed(' '))
    parts.push(...valueText(value, readComparison(comp?.value ?? '='), fixed))
  }
  return [...parts, fixed(')')]
}

function valueText(value: ExceptionValue, comparison: Comparison | undefined, fixed: Fixed): Source[] {
  if (isTexts(value)) {
    return [fixed('('), ...value.flatMap((one, index) => (index === 0 ? [itemText(one)] : [fixed(', '), itemText(one)])), fixed(')')]
  }
  if (comparison === undefined || !takesList(comparison)) return [itemText(value)]
  if (value.value.startsWith('(')) return [sourceOf(value.origin)]
  return [fixed('('), /[,"']/.test(value.value) ? sourceOf(value.origin) : itemText(value), fixed(')')]
}

const isTexts = (value: ExceptionValue): value is readonly Text[] => Array.isArray(value)

function itemText({ value, origin }: Text): Source {
  const text = quoteItem(value)
  return text === value ? sourceOf(origin) : fixedSource(text, origin)
}
