/**
 * Exceptions that people make: what they give is checked by its form, and every value is quoted, so that nothing of it can be read as a
 * part of the condition or as the name of a list.
 */
import { quote } from '../../../lang/ast.ts'
import { OPERATORS } from '../../../lang/operators.ts'
import { AppError } from '../../../lib/app-error.ts'
import type { AddedException } from './rule-changes-file.ts'

const FIELD = /^[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*(?:\[[\w./:@-]+\])?$/i

/** With its values as rule files have them. Throws AppError RULE_EXCEPTION_FORM. */
export function checkedException(given: AddedException): AddedException {
  for (const field of given.fields) if (!FIELD.test(field)) throw refused(field, 'field')
  const comps = given.comps.length === 0 ? given.fields.map((_, index) => defaultComp(given, index)) : given.comps
  for (const comp of comps) if (OPERATORS.get(comp) === undefined || OPERATORS.get(comp)?.right === 'none') throw refused(comp, 'operator')
  if (comps.length !== given.fields.length) throw refused(comps.join(' '), 'list of operators, one per field,')
  const values = given.values.map((row) => row.map((value, index) => quoted(value, comps[index] ?? '')))
  return { ...given, comps, values }
}

/** Where a row has a list, the operator takes one. */
const defaultComp = ({ values }: AddedException, index: number): string => (values.some((row) => Array.isArray(row[index])) ? 'in' : '=')

const takesList = (comp: string): boolean => OPERATORS.get(comp)?.right === 'list'

function quoted(value: string | readonly string[], comp: string): string | readonly string[] {
  if (takesList(comp)) return [value].flat().map(quote)
  if (typeof value !== 'string') throw refused(`${comp} (${value.join(', ')})`, 'comparison')
  return quote(value)
}

const refused = (what: string, kind: string): AppError => new AppError('RULE_EXCEPTION_FORM', { what: what.slice(0, 100), kind })

/** What it takes out, as a condition. The values are those of a checked exception. */
export function exceptionCondition({ fields, comps, values }: AddedException): string {
  const check = (value: string | readonly string[], index: number): string =>
    `${fields[index]} ${comps[index]} ${typeof value === 'string' ? value : `(${value.join(', ')})`}`
  return values.map((row) => `(${row.map(check).join(' and ')})`).join(' or ')
}
