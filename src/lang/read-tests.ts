/** The `tests` of a rule: events as flat fields, and whether the rule is to match. */

import { parseDurationMs } from '../lib/quantity.ts'
import { ItemError } from './item-error.ts'
import type { RuleTest } from './items.ts'
import { MAX_YAML_DEPTH } from './limits.ts'
import { type KeyedItem, optionalBoolean, optionalText, type Report, readKeys } from './read-value.ts'
import { locateOrigin } from './source.ts'
import { elements, entries, kindOf, originOf, textOf, type YamlNode } from './yaml-file.ts'

const KEYS = ['name', 'match', 'event', 'events']

export function readTests(rule: KeyedItem, report: Report): readonly RuleTest[] | undefined {
  const entry = rule.keys.get('tests')
  if (entry === undefined) return undefined
  if (kindOf(entry.value) !== 'list') throw new ItemError('LOAD_NOT_A_SEQUENCE', { key: 'tests' }, entry.key.origin)
  return elements(entry.value).map((node) => readTest(node, report))
}

function readTest(node: YamlNode, report: Report): RuleTest {
  const at = originOf(node)
  if (kindOf(node) !== 'map') throw new ItemError('LOAD_BAD_TEST', { what: 'the keys match and event' }, at)
  const item = readKeys(node, 'test', KEYS, report)
  const match = optionalBoolean(item, 'match')
  if (match === undefined) throw new ItemError('LOAD_BAD_TEST', { what: 'the key match' }, at)
  const given = item.keys.get('events') ?? item.keys.get('event')
  if (given === undefined) throw new ItemError('LOAD_BAD_TEST', { what: 'an event or events' }, at)
  const events = kindOf(given.value) === 'list' ? elements(given.value) : [given.value]
  return {
    name: optionalText(item, 'name')?.value,
    match,
    events: events.map((event) => readEvent(event)),
    line: locateOrigin(at).line,
  }
}

function readEvent(node: YamlNode): Readonly<Record<string, unknown>> {
  if (kindOf(node) !== 'map') throw new ItemError('LOAD_BAD_TEST', { what: 'events that are maps of fields' }, originOf(node))
  const { at, ...fields } = plainMap(node, 0)
  return at === undefined ? fields : { ...fields, 'evt.rawtime': String(timeOf(at, node)) }
}

/** ns since the test began. */
function timeOf(at: unknown, node: YamlNode): number {
  const ms = typeof at === 'string' ? parseDurationMs(at) : undefined
  if (ms === undefined) throw new ItemError('LOAD_BAD_TEST', { what: 'times such as `at: 5s`' }, originOf(node))
  return ms * 1e6
}

/** Texts stay texts: the fields know their types. */
function plain(node: YamlNode, depth: number): unknown {
  if (depth > MAX_YAML_DEPTH) throw new ItemError('LOAD_YAML_TOO_COMPLEX', { reason: 'it is nested too deep' }, originOf(node))
  switch (kindOf(node)) {
    case 'nothing':
      return null
    case 'list':
      return elements(node).map((element) => plain(element, depth + 1))
    case 'map':
      return plainMap(node, depth + 1)
    default:
      return textOf(node).value
  }
}

function plainMap(node: YamlNode, depth: number): Readonly<Record<string, unknown>> {
  return Object.fromEntries(entries(node).map(({ key, value }) => [key.value, plain(value, depth)]))
}
