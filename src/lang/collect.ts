/**
 * Puts the items of all files together, in their order: a second definition replaces the first in its place, appends and
 * overrides change what is there. Conditions stay text here: what is appended is joined as text, as in Falco.
 */
import type { Vocabulary } from '../events/field.ts'
import { applyRule } from './collect-rule.ts'
import type { ExceptionItem, FileItem, ListItem, MacroItem, RuleKeys, Text } from './items.ts'
import { didYouMean, type MessageCode } from './messages.ts'
import { ItemError, type Report } from './read-value.ts'
import { concatenate, fixedSource, type Origin, type Source, sourceOf } from './source.ts'
import { suggest } from './suggest.ts'

/** When something was first defined, and when last changed: a macro sees only what was first defined before its own last change. */
interface Visible {
  readonly index: number
  readonly visibility: number
  readonly at: Origin
}

export interface CollectedList extends Visible {
  readonly name: string
  readonly items: readonly Text[]
}

export interface CollectedMacro extends Visible {
  readonly name: string
  readonly condition: Source
}

export interface CollectedRule {
  readonly name: string
  readonly at: Origin
  readonly condition: Source
  readonly output: Source
  readonly source: string
  /** Its source is none that is known: it is kept so that later items find it, and left out in the end. */
  readonly unknownSource: boolean
  readonly exceptions: readonly ExceptionItem[]
  /** The other keys, as they stand after all items. */
  readonly keys: Omit<RuleKeys, 'condition' | 'output' | 'source' | 'exceptions'>
}

export interface Collected {
  readonly lists: ReadonlyMap<string, CollectedList>
  readonly macros: ReadonlyMap<string, CollectedMacro>
  /** In order of first definition. */
  readonly rules: ReadonlyMap<string, CollectedRule>
}

export interface CollectOptions {
  readonly vocabulary: Vocabulary
  /** Names of sources that rules may have. */
  readonly sources: readonly string[]
  readonly report: Report
}

export interface CollectState extends CollectOptions {
  readonly lists: Map<string, CollectedList>
  readonly macros: Map<string, CollectedMacro>
  readonly rules: Map<string, CollectedRule>
  /** Items so far: the order that visibility is about. */
  count: number
}

/** Reports what can not be applied and goes on. */
export function collect(items: readonly FileItem[], options: CollectOptions): Collected {
  const state: CollectState = { ...options, lists: new Map(), macros: new Map(), rules: new Map(), count: 0 }
  for (const item of items) {
    try {
      apply(state, item)
      state.count++
    } catch (error) {
      if (!(error instanceof ItemError)) throw error
      options.report(error.problem)
    }
  }
  return state
}

function apply(state: CollectState, item: FileItem): void {
  switch (item.kind) {
    case 'list':
      return applyList(state, item)
    case 'macro':
      return applyMacro(state, item)
    case 'rule':
      return applyRule(state, item)
    default:
      return item satisfies never
  }
}

function applyList({ lists, count }: CollectState, item: ListItem): void {
  const before = lists.get(item.name)
  if (item.append && before === undefined) throw noSuch('LOAD_NO_SUCH_LIST', 'append to', item, lists)
  const items = item.append ? [...(before?.items ?? []), ...item.items] : item.items
  lists.set(item.name, { name: item.name, items, index: before?.index ?? count, visibility: count, at: item.at })
}

function applyMacro({ macros, count }: CollectState, item: MacroItem): void {
  const before = macros.get(item.name)
  if (item.append && before === undefined) throw noSuch('LOAD_NO_SUCH_MACRO', 'append to', item, macros)
  const given = sourceOf(item.condition.origin)
  const condition = item.append && before !== undefined ? appendText(before.condition, given, item.condition.origin) : given
  macros.set(item.name, { name: item.name, condition, index: before?.index ?? count, visibility: count, at: item.at })
}

/** Two texts with a blank between. */
export function appendText(before: Source, added: Source, at: Origin): Source {
  return concatenate([before, fixedSource(' ', at), added])
}

/** The error for an item that changes what is not there. */
export function noSuch(
  code: MessageCode,
  action: string,
  { name, at }: { readonly name: string; readonly at: Origin },
  known: ReadonlyMap<string, unknown>,
): ItemError {
  return new ItemError(code, { name, action, suggestion: didYouMean(suggest(name, known.keys())) }, at)
}
