/** Lists, macros and rules while the items of all files are put together. */
import type { Vocabulary } from '../events/field.ts'
import { ItemError } from './item-error.ts'
import type { ExceptionItem, RuleKeys, Text } from './items.ts'
import { didYouMean, type MessageCode } from './messages.ts'
import type { Report } from './read-value.ts'
import { concatenate, fixedSource, type Origin, type Source } from './source.ts'
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
