/** Pages of long lists: a cursor names the place after which the next page begins, and stays right while rows are added. */
export interface PageRequest {
  /** At most so many. */
  readonly limit: number
  /** As given with the page before; undefined: from the start. */
  readonly cursor: string | undefined
}

export interface Page<T> {
  readonly items: readonly T[]
  /** Undefined: this was the last page. */
  readonly next: string | undefined
}

/** ns since 1970; `fromNs` belongs to it, `toNs` does not. */
export interface TimeRange {
  readonly fromNs: number
  readonly toNs: number
}

/** How often a value occurs. */
export interface FacetValue {
  readonly value: string | number | boolean | null
  readonly count: number
}
