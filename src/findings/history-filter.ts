/**
 * What a condition of the rule language comes to over the columns of history: may only be too wide. Where it is not exact, whoever asks
 * runs the condition itself over what the store gives.
 */
import type { HistoryColumn } from './history-event.ts'

export type HistoryFilter =
  | { readonly op: 'true' }
  | { readonly op: 'false' }
  | { readonly op: 'and' | 'or'; readonly parts: readonly HistoryFilter[] }
  /** A comparison with a missing value is false, and its `not` true, as in the language. */
  | { readonly op: 'not'; readonly part: HistoryFilter }
  | { readonly op: 'exists'; readonly column: HistoryColumn }
  | { readonly op: 'in'; readonly column: HistoryColumn; readonly values: readonly (string | number | boolean)[] }
  | { readonly op: 'compare'; readonly column: HistoryColumn; readonly sign: '<' | '<=' | '>' | '>='; readonly value: number }
  | {
      readonly op: 'text'
      readonly column: HistoryColumn
      readonly how: 'startswith' | 'endswith' | 'contains' | 'icontains'
      readonly value: string
    }

/** The condition over history: a filter for the store, and whether that is all there is to it. */
export interface HistoryCondition {
  readonly filter: HistoryFilter
  readonly exact: boolean
}
