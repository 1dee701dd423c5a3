/** A wait that can be cut short. */

export interface Pause {
  readonly wait: (ms: number) => Promise<void>
  /** Ends the wait; later ones end at once. */
  readonly end: () => void
}

/** Does not keep the process running. */
export function createPause(): Pause {
  let release: (() => void) | undefined
  let ended = false

  async function wait(ms: number): Promise<void> {
    if (ended) return
    const { promise, resolve } = Promise.withResolvers<void>()
    release = resolve
    const timer = setTimeout(resolve, ms).unref()
    await promise
    clearTimeout(timer)
  }

  function end(): void {
    ended = true
    release?.()
  }

  return Object.freeze({ wait, end })
}
