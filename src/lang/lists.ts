/**
 * Lists. They stand in conditions as text: a word between blanks, parentheses, commas or equals signs that is the name of a
 * list is replaced by its items with commas between. Quoted texts are left alone.
 */

import { quote } from './ast.ts'
import type { CollectedList } from './collected.ts'
import { type Diagnostic, diagnostic } from './diagnostic.ts'
import { scannerOf, takeQuoted } from './lex.ts'
import { MAX_LIST_ITEMS } from './limits.ts'
import { LanguageError } from './messages.ts'
import { concatenate, type Source, slice, sourceFromText, substitute } from './source.ts'

export interface ResolvedList {
  readonly name: string
  /** Values, with the lists that they name spliced in. */
  readonly items: readonly string[]
  /** As it is written into conditions. */
  readonly text: string
}

export interface ResolvedLists {
  readonly lists: ReadonlyMap<string, ResolvedList>
  /** Lists that other lists name. */
  readonly used: ReadonlySet<string>
}

/** Splices lists into lists. A list that names itself keeps its name as a value; a longer circle is an error. */
export function resolveLists(lists: ReadonlyMap<string, CollectedList>, report: (problem: Diagnostic) => void): ResolvedLists {
  const resolved = new Map<string, readonly string[]>()
  const used = new Set<string>()
  const path: string[] = []

  function resolve(list: CollectedList): readonly string[] {
    const known = resolved.get(list.name)
    if (known !== undefined) return known
    path.push(list.name)
    const items: string[] = []
    for (const item of list.items) {
      for (const value of spliced(list, item.value)) items.push(value)
      if (items.length > MAX_LIST_ITEMS) {
        report(diagnostic('LOAD_LIST_TOO_LARGE', { name: list.name, limit: MAX_LIST_ITEMS }, list.at))
        items.length = 0
        break
      }
    }
    path.pop()
    resolved.set(list.name, items)
    return items
  }

  function spliced(list: CollectedList, value: string): readonly string[] {
    const named = value === list.name ? undefined : lists.get(value)
    if (named === undefined) return [value]
    used.add(value)
    if (!path.includes(value)) return resolve(named)
    const circle = [...path.slice(path.indexOf(value)), value].join(' → ')
    report(diagnostic('LOAD_LIST_CYCLE', { name: value, path: circle }, named.at))
    return []
  }

  const all = [...lists.values()].map(({ name }): [string, ResolvedList] => {
    const list = lists.get(name)
    const items = list === undefined ? [] : resolve(list)
    return [name, { name, items, text: items.map(quoteItem).join(', ') }]
  })
  return { lists: new Map(all), used }
}

/** A value as it is written into a condition: quoted where it would not be read as one word. What begins with a quote is taken as quoted. */
export function quoteItem(item: string): string {
  if (/^["']/.test(item)) return item
  if (!/[ \t\n\r()="']/.test(item) && item !== '') return item
  const simple = `"${item}"`
  return isQuoted(simple) ? simple : quote(item)
}

/** True when the text is one quoted text from its first to its last character. */
function isQuoted(text: string): boolean {
  const scanner = scannerOf(sourceFromText('', text), 'falco')
  try {
    return takeQuoted(scanner) !== undefined && scanner.at === text.length
  } catch (error) {
    if (error instanceof LanguageError) return false
    throw error
  }
}

/** Words, and quoted texts as a whole. */
const WORDS = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^ \t\n\r(),="']+/gs

/** The condition with its lists written out; each piece still knows where it was written. */
export function writeOutLists(source: Source, lists: ReadonlyMap<string, ResolvedList>, use: (name: string) => void): Source {
  const parts: Source[] = []
  let from = 0
  for (const { 0: word, index } of source.text.matchAll(WORDS)) {
    const list = standsAlone(source.text, index, index + word.length) ? lists.get(word) : undefined
    if (list === undefined) continue
    use(word)
    const end = index + word.length
    const [start, next] = list.text === '' ? withoutComma(source.text, from, index, end) : [index, end]
    if (start > from) parts.push(slice(source, from, start))
    parts.push(substitute(` ${list.text} `, source, index))
    from = next
  }
  if (from === 0) return source
  if (from < source.text.length) parts.push(slice(source, from, source.text.length))
  return concatenate(parts)
}

/** The characters around the word must be delimiters, not quotes. */
function standsAlone(text: string, start: number, end: number): boolean {
  const isEdge = (char: string | undefined): boolean => char === undefined || ' \t\n\r(),='.includes(char)
  return isEdge(text[start - 1]) && isEdge(text[end])
}

/** An empty list takes the comma before it with it, or else the one behind it. */
function withoutComma(text: string, from: number, start: number, end: number): readonly [start: number, end: number] {
  const before = text.slice(from, start).trimEnd()
  if (before.endsWith(',')) return [from + before.length - 1, end]
  const after = /^\s*,/.exec(text.slice(end, end + 1000))
  return after === null ? [start, end] : [start, end + after[0].length]
}
