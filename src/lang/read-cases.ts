/** The `attack` and `benign` cases of a rule: scripts that `tarsier prove` runs in a throw-away sandbox. */
import { ItemError } from './item-error.ts'
import { CASE_PLACES, type RuleCase } from './items.ts'
import { type KeyedItem, optionalText, optionalTexts, type Report, readKeys, requiredText } from './read-value.ts'
import { locateOrigin } from './source.ts'
import { elements, kindOf, originOf, type YamlNode } from './yaml-file.ts'

const KEYS = ['name', 'run', 'in', 'needs', 'evades']

export function readCases(rule: KeyedItem, key: 'attack' | 'benign', report: Report): readonly RuleCase[] | undefined {
  const entry = rule.keys.get(key)
  if (entry === undefined) return undefined
  if (kindOf(entry.value) !== 'list') throw new ItemError('LOAD_NOT_A_SEQUENCE', { key }, entry.key.origin)
  return elements(entry.value).map((node) => readCase(node, key, report))
}

function readCase(node: YamlNode, key: string, report: Report): RuleCase {
  if (kindOf(node) !== 'map') throw new ItemError('LOAD_MISSING_KEY', { item: `case of ${key}`, key: 'run' }, originOf(node))
  const item = readKeys(node, `case of ${key}`, KEYS, report)
  const name = requiredText(item, 'name')
  const place = optionalText(item, 'in')
  const known = CASE_PLACES.find((one) => one === (place?.value ?? 'host'))
  if (known === undefined)
    throw new ItemError(
      'LOAD_BAD_CHOICE',
      { key: 'in', value: place?.value, allowed: CASE_PLACES.join(', ') },
      place?.origin ?? name.origin,
    )
  return {
    name: name.value,
    run: requiredText(item, 'run').value,
    place: known,
    needs: optionalTexts(item, 'needs')?.map(({ value }) => value) ?? [],
    evades: optionalText(item, 'evades')?.value,
    line: locateOrigin(originOf(node)).line,
  }
}
