/** What stands in a rule file, item by item, before the items are put together. */
import type { Priority } from './priority.ts'
import type { Origin } from './source.ts'
import type { YamlText } from './yaml-file.ts'

/** A text of the file with its place. */
export type Text = YamlText

export type OverrideAction = 'append' | 'replace'

interface Item {
  /** Where the name of the item stands. */
  readonly at: Origin
}

export interface ListItem extends Item {
  readonly kind: 'list'
  readonly name: string
  readonly items: readonly Text[]
  readonly append: boolean
}

export interface MacroItem extends Item {
  readonly kind: 'macro'
  readonly name: string
  readonly condition: Text
  readonly append: boolean
}

/** A value of an exception: one text, or several where the operator takes a list. */
export type ExceptionValue = Text | readonly Text[]

export interface ExceptionItem {
  readonly name: string
  readonly at: Origin
  /** A list, or one text where the exception is about one field. */
  readonly fields: Text | readonly Text[] | undefined
  readonly comps: Text | readonly Text[] | undefined
  /** As written: what an element may be depends on the fields. */
  readonly values: readonly ExceptionRow[]
}

export interface ExceptionRow {
  readonly at: Origin
  readonly value: Text | readonly ExceptionValue[]
}

/** A test that a rule carries: events as flat fields, and whether the rule matches (the last of) them. */
export interface RuleTest {
  readonly name: string | undefined
  readonly match: boolean
  readonly events: readonly Readonly<Record<string, unknown>>[]
  readonly line: number
}

/** The keys of a rule, all optional: which must be there depends on what the item does. */
export interface RuleKeys {
  readonly condition?: Text
  readonly output?: Text
  readonly desc?: string
  readonly why?: string
  readonly priority?: Priority
  readonly source?: string
  readonly enabled?: boolean
  readonly tags?: readonly string[]
  readonly attack?: readonly string[]
  readonly tests?: readonly RuleTest[]
  readonly exceptions?: readonly ExceptionItem[]
  readonly warnEventTypes?: boolean
  readonly skipIfUnknownFilter?: boolean
}

export interface RuleItem extends Item {
  readonly kind: 'rule'
  readonly name: string
  readonly action: RuleAction
  readonly keys: RuleKeys
}

/** Define (or define again), switch on or off, append (the old way), or change key by key. */
export type RuleAction =
  | { readonly kind: 'define' }
  | { readonly kind: 'enable' }
  | { readonly kind: 'append' }
  | { readonly kind: 'override'; readonly keys: ReadonlyMap<keyof RuleKeys, OverrideAction> }

export type FileItem = ListItem | MacroItem | RuleItem
