/**
 * Puts the items of all files together, in their order: a second definition replaces the first in its place, appends and
 * overrides change what is there. Conditions stay text here: what is appended is joined as text, as in Falco.
 */
import { applyRule } from './collect-rule.ts'
import { appendText, type Collected, type CollectOptions, type CollectState, noSuch } from './collected.ts'
import { ItemError } from './item-error.ts'
import type { FileItem, ListItem, MacroItem } from './items.ts'
import { sourceOf } from './source.ts'

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
  if (item.kind === 'list') applyList(state, item)
  else if (item.kind === 'macro') applyMacro(state, item)
  else applyRule(state, item)
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
