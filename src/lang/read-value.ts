/** Reads the values of an item's keys, with Falco's demands on each. Throws ItemError; the item is then left out. */
import { type Diagnostic, diagnostic } from './diagnostic.ts'
import { ItemError } from './item-error.ts'
import { didYouMean } from './messages.ts'
import { suggest } from './suggest.ts'
import { elements, entries, kindOf, originOf, textOf, type YamlNode, type YamlText } from './yaml-file.ts'

export type Report = (problem: Diagnostic) => void

export interface Entry {
  readonly key: YamlText
  readonly value: YamlNode
}

/** The keys of a map, each with its value. */
export interface KeyedItem {
  /** What the item is called in messages: `rule`. */
  readonly kind: string
  readonly at: YamlNode
  readonly keys: ReadonlyMap<string, Entry>
}

/** The entries of a map. Of a key given twice the first counts (as in Falco); unknown keys are reported and left out. */
export function readKeys(node: YamlNode, kind: string, known: readonly string[], report: Report): KeyedItem {
  const keys = new Map<string, Entry>()
  for (const entry of entries(node)) {
    const key = entry.key.value
    if (keys.has(key)) report(diagnostic('LOAD_DUPLICATE_KEY', { key }, entry.key.origin))
    else if (known.includes(key)) keys.set(key, entry)
    else {
      const facts = { key, item: kind, suggestion: didYouMean(suggest(key, known)), known: known.join(', ') }
      report(diagnostic('LOAD_UNKNOWN_KEY', facts, entry.key.origin))
    }
  }
  return { kind, at: node, keys }
}

/** The text of a key. An absent key is undefined; one that is there must have a value. */
export function optionalText(item: KeyedItem, key: string): YamlText | undefined {
  const entry = item.keys.get(key)
  if (entry === undefined) return undefined
  const kind = kindOf(entry.value)
  if (kind === 'nothing') throw new ItemError('LOAD_EMPTY_VALUE', { key }, entry.key.origin)
  if (kind !== 'text') throw new ItemError('LOAD_NOT_A_SCALAR', { key }, originOf(entry.value))
  const text = textOf(entry.value)
  if (text.value === '') throw new ItemError('LOAD_EMPTY_VALUE', { key }, entry.key.origin)
  return text
}

export function requiredText(item: KeyedItem, key: string): YamlText {
  const text = optionalText(item, key)
  if (text === undefined) throw new ItemError('LOAD_MISSING_KEY', { item: item.kind, key }, originOf(item.at))
  return text
}

const YES = /^(?:y|yes|true|on)$/i
const NO = /^(?:n|no|false|off)$/i

export function optionalBoolean(item: KeyedItem, key: string): boolean | undefined {
  const text = optionalText(item, key)
  if (text === undefined) return undefined
  if (YES.test(text.value)) return true
  if (NO.test(text.value)) return false
  throw new ItemError('LOAD_NOT_A_BOOLEAN', { key, value: text.value }, text.origin)
}

/** A list of single values. Absent is undefined. */
export function optionalTexts(item: KeyedItem, key: string): readonly YamlText[] | undefined {
  const entry = item.keys.get(key)
  if (entry === undefined) return undefined
  if (kindOf(entry.value) !== 'list') throw new ItemError('LOAD_NOT_A_SEQUENCE', { key }, entry.key.origin)
  return elements(entry.value).map((element) => scalarElement(element, key))
}

/** An element of a list of single values; an empty one is the empty text. */
export function scalarElement(element: YamlNode, key: string): YamlText {
  const kind = kindOf(element)
  if (kind === 'list' || kind === 'map') throw new ItemError('LOAD_ELEMENT_NOT_A_SCALAR', { key }, originOf(element))
  return textOf(element)
}

/** One value, or a list of them: the form that an exception's fields and comps have. Absent is undefined. */
export function optionalTextOrTexts(item: KeyedItem, key: string): YamlText | readonly YamlText[] | undefined {
  const entry = item.keys.get(key)
  if (entry === undefined) return undefined
  return kindOf(entry.value) === 'list' ? optionalTexts(item, key) : optionalText(item, key)
}
