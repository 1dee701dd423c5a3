/** Bugs while an event is judged must not end the watch: they are counted, reported as losses, and the next event follows. */

export interface Faults {
  readonly count: () => number
  /** The last, in words, with the place in our code; empty without one. */
  readonly last: () => string
}

/** `guarded` calls `work` and never throws. */
export function guard<T>(work: (value: T) => void): { readonly guarded: (value: T) => void; readonly faults: Faults } {
  let count = 0
  let last: unknown
  const guarded = (value: T): void => {
    try {
      work(value)
    } catch (error) {
      count++
      last = error
    }
  }
  return { guarded, faults: { count: () => count, last: () => (count === 0 ? '' : describe(last)) } }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const place = error.stack?.split('\n')[1]?.trim()
  return place === undefined ? error.message : `${error.message} (${place})`
}
