/** The `exceptions` of a rule. */
import { diagnostic } from './diagnostic.ts'
import { ItemError } from './item-error.ts'
import type { ExceptionItem, ExceptionRow, ExceptionValue } from './items.ts'
import { type KeyedItem, optionalText, optionalTextOrTexts, type Report, readKeys, requiredText, scalarElement } from './read-value.ts'
import { elements, kindOf, originOf, textOf, type YamlNode } from './yaml-file.ts'

const KEYS = ['name', 'fields', 'comps', 'values', 'owner', 'reason', 'expires']

/** Undefined where the rule has no such key; an empty key is no exception. `append`: the values are meant for known exceptions. */
export function readExceptions(rule: KeyedItem, append: boolean, report: Report): readonly ExceptionItem[] | undefined {
  const entry = rule.keys.get('exceptions')
  if (entry === undefined) return undefined
  if (kindOf(entry.value) === 'nothing') return []
  if (kindOf(entry.value) !== 'list') throw new ItemError('LOAD_NOT_A_SEQUENCE', { key: 'exceptions' }, entry.key.origin)
  const names = new Set<string>()
  return elements(entry.value).map((node) => {
    const exception = readException(node, append, report)
    if (names.has(exception.name)) report(diagnostic('LOAD_EXCEPTION_NAME_NOT_UNIQUE', { name: exception.name }, exception.at))
    names.add(exception.name)
    return exception
  })
}

function readException(node: YamlNode, append: boolean, report: Report): ExceptionItem {
  if (kindOf(node) !== 'map') throw new ItemError('LOAD_MISSING_KEY', { item: 'exception', key: 'name' }, originOf(node))
  const item = readKeys(node, 'exception', KEYS, report)
  const { value: name, origin: at } = requiredText(item, 'name')
  const fields = optionalTextOrTexts(item, 'fields')
  if (fields === undefined && !append) throw new ItemError('LOAD_EXCEPTION_NO_FIELDS', { name }, at)
  const values = item.keys.get('values')
  if (values === undefined && append) report(diagnostic('LOAD_APPEND_NO_VALUES', { name }, at))
  return {
    name,
    at,
    fields,
    comps: optionalTextOrTexts(item, 'comps'),
    owner: optionalText(item, 'owner')?.value,
    reason: optionalText(item, 'reason')?.value,
    expires: readDay(item, 'expires'),
    values: values === undefined ? [] : readRows(values.value, name),
  }
}

function readDay(item: KeyedItem, key: string): string | undefined {
  const day = optionalText(item, key)
  if (day === undefined) return undefined
  const time = /^\d{4}-\d\d-\d\d$/.test(day.value) ? new Date(`${day.value}T00:00:00Z`) : undefined
  if (time === undefined || Number.isNaN(time.getTime()) || time.toISOString().slice(0, 10) !== day.value)
    throw new ItemError('LOAD_BAD_DAY', { key, value: day.value }, day.origin)
  return day.value
}

function readRows(node: YamlNode, name: string): readonly ExceptionRow[] {
  if (kindOf(node) !== 'list') {
    throw new ItemError(
      'LOAD_EXCEPTION_VALUES',
      { name, shape: 'a list', example: 'Write `values: [[cat, /etc/passwd]]`.' },
      originOf(node),
    )
  }
  return elements(node).map((row) => ({ at: originOf(row), value: readRow(row) }))
}

function readRow(row: YamlNode): ExceptionRow['value'] {
  if (kindOf(row) !== 'list') return scalarElement(row, 'values')
  return elements(row).map((element): ExceptionValue => {
    if (kindOf(element) !== 'list') return scalarElement(element, 'values')
    return elements(element).map((one) => (kindOf(one) === 'text' ? textOf(one) : scalarElement(one, 'values')))
  })
}
