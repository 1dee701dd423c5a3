/** One search of a detection (a map, a list of maps, or keywords) as a condition of ours. */

import { compileGlob } from '../lang/glob.ts'
import { type CheckContext, checksOf } from './checks.ts'
import { allOf, anyOf, check, type Expression, FALSE, negate } from './expression.ts'
import type { Match, Matches } from './match.ts'
import type { Placeholders } from './modifier.ts'
import { MODIFIERS } from './modifiers.ts'
import { parsePattern, plainText, toGlob } from './pattern.ts'
import type { FieldMapping, RecordMapping } from './source.ts'
import { Unsupported } from './unsupported.ts'
import { isYamlList, isYamlMap, type YamlMap, type YamlValue } from './yaml-value.ts'

/** How the search is compiled: with the fields of one kind of record. */
export interface SearchContext {
  readonly record: RecordMapping
  readonly checks: CheckContext
  readonly placeholders: Placeholders
  /** Told of what can never be observed, and so is taken for false. */
  readonly note: (text: string) => void
}

/** One key of a search: `Image|endswith: [/nc, /ncat]`. An empty field is for keywords. */
export interface DetectionItem {
  readonly field: string
  readonly modifiers: readonly string[]
  readonly values: readonly YamlValue[]
}

/** The items of a map, in their order. */
export function itemsOf(search: YamlMap): readonly DetectionItem[] {
  return [...search].map(([key, value]) => {
    const [field = '', ...modifiers] = key.split('|')
    return { field: field.trim(), modifiers, values: isYamlList(value) ? value : [value] }
  })
}

/** The maps of a search, and its keywords. Throws Unsupported. */
export function partsOf(search: YamlValue): { readonly maps: readonly YamlMap[]; readonly keywords: readonly YamlValue[] } {
  const parts = isYamlList(search) ? search : [search]
  if (parts.some(isYamlList)) throw new Unsupported('document', 'a detection has a list within a list')
  return { maps: parts.filter(isYamlMap), keywords: parts.filter((part) => !isYamlMap(part)) }
}

/** All items of the map hold. Throws Unsupported. */
export function mapCondition(items: readonly DetectionItem[], context: SearchContext): Expression {
  return allOf(items.map((item) => itemCondition(item, context)))
}

/** One of the keywords stands in the event. Throws Unsupported. */
export function keywordCondition(values: readonly YamlValue[], context: SearchContext): Expression {
  return itemCondition({ field: '', modifiers: [], values }, context)
}

function itemCondition({ field, modifiers, values }: DetectionItem, context: SearchContext): Expression {
  const mapping = field === '' ? keywordMapping(context.record) : context.checks.fieldsOf(field)
  const matches = applyModifiers(field, modifiers, values, context.placeholders)
  return mapping.values === undefined ? checksOf(matches, mapping, context.checks) : valueConditions(matches, mapping.values, context)
}

function keywordMapping({ keywords }: RecordMapping): FieldMapping {
  if (keywords.length === 0) throw new Unsupported('no field', 'no text of these events is searched for keywords')
  return { to: keywords }
}

/** `expand` comes first wherever it stands: placeholders are put into the text of the rule. */
function applyModifiers(field: string, names: readonly string[], values: readonly YamlValue[], placeholders: Placeholders): Matches {
  const order = [...names].sort((a, b) => Number(b === 'expand') - Number(a === 'expand'))
  const wanted = field === '' && !order.includes('contains') && !order.includes('re') ? [...order, 'contains'] : order
  const start: Matches = { field, values: values.map(matchOf), all: false, cased: false, negated: false }
  return wanted.reduce((matches, name) => {
    const modifier = MODIFIERS.get(name)
    if (modifier === undefined) throw new Unsupported('modifier', `there is no modifier ${name.slice(0, 60) || 'without a name'}`)
    return modifier.apply(matches, placeholders)
  }, start)
}

function matchOf(value: YamlValue): Match {
  if (value === null) return { kind: 'nothing' }
  if (typeof value === 'boolean') return { kind: 'boolean', value }
  if (typeof value === 'string') return { kind: 'text', pattern: parsePattern(value), written: value }
  if (isYamlList(value) || isYamlMap(value)) throw new Unsupported('document', 'a detection has a list or a map as a value')
  return { kind: 'number', number: value.number, text: value.text }
}

/** A field that is told by conditions of ours, one for each value that it may have. */
function valueConditions(matches: Matches, table: Readonly<Record<string, string>>, { note }: SearchContext): Expression {
  const parts = matches.values.map((match) => {
    const found = Object.keys(table).filter(testOf(match, matches.field))
    if (found.length === 0) note(`${matches.field} ${writtenOf(match)} is not observed`)
    return found.length === 0 ? FALSE : anyOf(found.map((value) => check(table[value] ?? '')))
  })
  const whole = matches.all ? allOf(parts) : anyOf(parts)
  return matches.negated ? negate(whole) : whole
}

function testOf(match: Match, field: string | undefined): (value: string) => boolean {
  if (match.kind !== 'text' && match.kind !== 'boolean' && match.kind !== 'number') {
    throw new Unsupported('value', `the field ${field} takes only texts`)
  }
  return compileGlob(match.kind === 'text' ? toGlob(match.pattern) : writtenOf(match), { ignoreCase: true })
}

function writtenOf(match: Match): string {
  if (match.kind === 'text') return plainText(match.pattern) ?? toGlob(match.pattern)
  return match.kind === 'number' ? match.text : match.kind === 'boolean' ? String(match.value) : match.kind
}
