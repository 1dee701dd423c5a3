/** Waits between tries: ever longer, and not all at the same moment. */

export interface BackOff {
  /** The next wait in ms. */
  readonly next: () => number
  /** It went well: begins anew. */
  readonly reset: () => void
}

export interface BackOffBounds {
  readonly firstMs: number
  readonly maxMs: number
  /** From 0 up to 1. */
  readonly random: () => number
}

/** Doubles up to `maxMs`; each wait lies between half of that and the whole. */
export function createBackOff({ firstMs, maxMs, random }: BackOffBounds): BackOff {
  let step = firstMs
  return Object.freeze({
    next: () => {
      const wait = step * (0.5 + random() / 2)
      step = Math.min(step * 2, maxMs)
      return wait
    },
    reset: () => {
      step = firstMs
    },
  })
}
