/** What one value of a detection asks of its field, once the modifiers have been applied. */
import type { Pattern } from './pattern.ts'

export type Match =
  /** `written`: as the rule has it, before backslashes and wildcards were understood. */
  | { readonly kind: 'text'; readonly pattern: Pattern; readonly written: string }
  | { readonly kind: 'number'; readonly number: number; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'regex'; readonly source: string; readonly flags: string }
  | { readonly kind: 'network'; readonly network: string }
  | { readonly kind: 'compare'; readonly operator: '<' | '<=' | '>' | '>='; readonly number: string }
  | { readonly kind: 'exists'; readonly wanted: boolean }
  | { readonly kind: 'field'; readonly field: string; readonly operator: 'equals' | 'startswith' | 'endswith' | 'contains' }

/** All values of one field of a detection, on their way through its modifiers. */
export interface Matches {
  /** None for a list of keywords. */
  readonly field: string | undefined
  readonly values: readonly Match[]
  /** Every value must hold, not one of them. */
  readonly all: boolean
  /** Letters count as they are written. */
  readonly cased: boolean
  /** The field must hold none of the values (with `all`: not every one). */
  readonly negated: boolean
}
