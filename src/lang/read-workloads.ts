/** The `workloads` of a rule: where it is of another priority, or off. */
import { ItemError } from './item-error.ts'
import type { WorkloadItem } from './items.ts'
import { PRIORITY_NAMES, parsePriority } from './priority.ts'
import { type KeyedItem, optionalBoolean, optionalText, type Report, readKeys, requiredText } from './read-value.ts'
import { elements, kindOf, originOf, type YamlNode } from './yaml-file.ts'

const KEYS = ['where', 'priority', 'enabled']

export function readWorkloads(rule: KeyedItem, report: Report): readonly WorkloadItem[] | undefined {
  const entry = rule.keys.get('workloads')
  if (entry === undefined) return undefined
  if (kindOf(entry.value) !== 'list') throw new ItemError('LOAD_NOT_A_SEQUENCE', { key: 'workloads' }, entry.key.origin)
  return elements(entry.value).map((node) => readWorkload(node, report))
}

function readWorkload(node: YamlNode, report: Report): WorkloadItem {
  const at = originOf(node)
  if (kindOf(node) !== 'map') throw new ItemError('LOAD_MISSING_KEY', { item: 'workload', key: 'where' }, at)
  const item = readKeys(node, 'workload', KEYS, report)
  const where = requiredText(item, 'where')
  const given = optionalText(item, 'priority')
  const priority = given === undefined ? undefined : parsePriority(given.value)
  if (given !== undefined && priority === undefined)
    throw new ItemError('LOAD_BAD_CHOICE', { key: 'priority', value: given.value, allowed: PRIORITY_NAMES.join(', ') }, given.origin)
  const enabled = optionalBoolean(item, 'enabled')
  if (priority === undefined && enabled !== false) throw new ItemError('LOAD_MISSING_KEY', { item: 'workload', key: 'priority' }, at)
  return { where, priority: enabled === false ? undefined : priority }
}
