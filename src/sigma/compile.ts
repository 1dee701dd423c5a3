/** One rule of Sigma to a condition of ours, with the filters that are meant for it. */
import type { Vocabulary } from '../events/field.ts'
import { parseCondition } from './condition.ts'
import { type DetectionItem, itemsOf, keywordCondition, mapCondition, partsOf, type SearchContext } from './detection.ts'
import { allOf, anyOf, check, type Expression } from './expression.ts'
import type { Placeholders } from './modifier.ts'
import type { Detection, SigmaFilter, SigmaRule } from './read-rule.ts'
import type { FieldMapping, RecordMapping, Source } from './source.ts'
import { sourceFor } from './sources.ts'
import { Unsupported } from './unsupported.ts'
import { textsOf, type YamlMap, type YamlValue } from './yaml-value.ts'

export interface CompileSettings {
  readonly vocabulary: Vocabulary
  readonly sources: readonly Source[]
  readonly placeholders: Placeholders
}

export interface Compiled {
  readonly condition: Expression
  /** Of the record that the rule is mostly about. */
  readonly record: RecordMapping
  /** What the rule asks for that is never observed: those parts are taken for false. */
  readonly notes: readonly string[]
}

/** Throws Unsupported. */
export function compileRule(rule: SigmaRule, filters: readonly SigmaFilter[], settings: CompileSettings): Compiled {
  const source = sourceFor(rule.logsource, settings.sources)
  const detections = [rule.detection, ...filters.map(({ detection }) => detection)]
  const maps = detections.flatMap(({ searches }) => [...searches.values()].flatMap((search) => partsOf(search).maps))
  const named = recordNames(source, maps)
  const notes = new Set<string>()
  const building: Building = { settings, source, named, maps, note: (text) => notes.add(text) }
  const searched = allOf(detections.map((detection) => detectionCondition(detection, building)))
  const only = named.length === 1 ? recordOf(named[0] ?? '', building) : undefined
  if (searched.kind === 'constant') {
    const why = notes.size > 0 ? [...notes].join('; ') : `the condition is always ${searched.value}`
    throw new Unsupported(notes.size > 0 ? 'no source' : 'no match possible', why)
  }
  const base = only === undefined ? [] : baseOf(only, building)
  const record = only ?? recordOf(named[0] ?? '', building)
  return { condition: allOf([...base, searched]), record, notes: [...notes] }
}

interface Building {
  readonly settings: CompileSettings
  readonly source: Source
  /** The kinds of records that the rule names; one where it names none. */
  readonly named: readonly string[]
  /** Every map of the rule. */
  readonly maps: readonly YamlMap[]
  readonly note: (text: string) => void
}

function recordOf(name: string, { source }: Building): RecordMapping {
  const record = source.records[name]
  if (record === undefined) throw new Unsupported('no source', `no source for records ${name}`)
  return record
}

/** Left out where a map of the rule asks for something that says more. */
function baseOf(record: RecordMapping, { maps }: Building): readonly Expression[] {
  const asked = record.baseUnless !== undefined && maps.some((map) => itemsOf(map).some(({ field }) => field === record.baseUnless))
  return asked || record.base === '' ? [] : [check(record.base)]
}

/** Which records the maps of the rule name; where none does, the one that has their fields. */
function recordNames(source: Source, maps: readonly YamlMap[]): readonly string[] {
  const { recordField, records } = source
  const known = Object.keys(records)
  if (recordField === undefined) return known.slice(0, 1)
  const named = maps.flatMap((map) => textsOf(map.get(recordField)).map((name) => name.toLowerCase()))
  const used = known.filter((name) => named.includes(name))
  if (used.length > 0) return used
  const fields = maps.flatMap((map) => itemsOf(map).map(({ field }) => field))
  return [known.find((name) => fields.every((field) => Object.hasOwn(records[name]?.fields ?? {}, field))) ?? known[0] ?? '']
}

function detectionCondition({ searches, conditions }: Detection, building: Building): Expression {
  const expressions = new Map<string, Expression>()
  const expressionOf = (name: string): Expression => {
    const known = expressions.get(name) ?? searchCondition(searches.get(name) ?? null, building)
    expressions.set(name, known)
    return known
  }
  return anyOf(conditions.map((condition) => parseCondition(condition, [...searches.keys()], expressionOf)))
}

/** A list of maps is any of them; keywords are any of them. */
function searchCondition(search: YamlValue, building: Building): Expression {
  const { maps, keywords } = partsOf(search)
  const parts = maps.map((map) => recordsCondition(map, building))
  if (keywords.length === 0) return anyOf(parts)
  const searched = building.named.map((name) => {
    const record = recordOf(name, building)
    return withBase(keywordCondition(keywords, contextOf(record, building)), record, building)
  })
  return anyOf([...parts, ...searched])
}

/** A map for each kind of record that it may mean. */
function recordsCondition(map: YamlMap, building: Building): Expression {
  const { recordField } = building.source
  const items = itemsOf(map)
  const typed = items.find(({ field }) => field === recordField)
  if (recordField === undefined || typed === undefined) return anyRecord(items, building)
  if (typed.modifiers.length > 0) throw new Unsupported('modifier', `the field ${recordField} takes no modifiers`)
  const rest = items.filter((item) => item !== typed)
  const parts = typed.values
    .flatMap((value) => textsOf(value))
    .map((written): Expression => {
      const record = building.source.records[written.toLowerCase()]
      if (record !== undefined) return withBase(mapCondition(rest, contextOf(record, building)), record, building)
      building.note(`no source for records ${written}`)
      return { kind: 'constant', value: false }
    })
  return anyOf(parts)
}

/** A map that names no record: of those that the rule names, the ones that have all its fields. */
function anyRecord(items: readonly DetectionItem[], building: Building): Expression {
  const records = building.named.map((name) => recordOf(name, building))
  const having = records.filter(({ fields }) => items.every(({ field }) => field === '' || Object.hasOwn(fields, field)))
  const chosen = having.length > 0 ? having : records.slice(0, 1)
  return anyOf(chosen.map((record) => withBase(mapCondition(items, contextOf(record, building)), record, building)))
}

/** Where the rule is about one kind of record, its base stands once in front of all. */
function withBase(condition: Expression, record: RecordMapping, building: Building): Expression {
  return building.named.length === 1 ? condition : allOf([...baseOf(record, building), condition])
}

/** Our field for one of the rule's, of the record that it is mostly about. Throws Unsupported. */
export function fieldFor(field: string, { fields }: RecordMapping): string {
  const mapping = Object.hasOwn(fields, field) ? fields[field] : undefined
  const name = typeof mapping === 'string' ? mapping : mapping?.to[0]
  if (name === undefined) throw new Unsupported('no field', `no field for ${field.slice(0, 80)}`)
  return name
}

function contextOf(record: RecordMapping, { settings, note }: Building): SearchContext {
  const fieldsOf = (field: string): FieldMapping => {
    const mapping = Object.hasOwn(record.fields, field) ? record.fields[field] : undefined
    if (mapping === undefined) throw new Unsupported('no field', `no field for ${field.slice(0, 80)}`)
    return typeof mapping === 'string' ? { to: [mapping] } : mapping
  }
  return { record, checks: { vocabulary: settings.vocabulary, fieldsOf }, placeholders: settings.placeholders, note }
}

/** Whether a filter is meant for rules of this source. */
export function coversRule({ logsource }: SigmaFilter, rule: SigmaRule): boolean {
  const same = (key: 'product' | 'category' | 'service'): boolean => logsource[key] === undefined || logsource[key] === rule.logsource[key]
  return same('product') && same('category') && same('service')
}
