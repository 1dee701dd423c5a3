/** Batches of one stream in the memory of the spool's thread: known here until the thread has put them away. */
import type { Batch } from './line-buffer.ts'

export interface Outbox {
  /** The batch was handed over. Its bytes may be gone from here. */
  readonly sent: (batch: Batch, bytes: number) => void
  /** `taken`: bytes of batches that the thread has put away since the beginning. Returns how many it holds. */
  readonly held: (taken: number) => number
  /** The thread is gone; these were in its memory. The next one counts on from `taken`. */
  readonly reclaim: (taken: number) => readonly Batch[]
}

export function createOutbox(): Outbox {
  let sentBytes = 0
  /** The oldest first, each with the count of bytes at which the thread has put it away. */
  let handed: { readonly batch: Batch; readonly until: number }[] = []

  function held(taken: number): number {
    const first = handed.findIndex(({ until }) => until > taken)
    handed = first < 0 ? [] : handed.slice(first)
    return sentBytes - taken
  }

  return Object.freeze({
    sent: (batch: Batch, bytes: number) => {
      sentBytes += bytes
      handed.push({ batch, until: sentBytes })
    },
    held,
    reclaim: (taken: number) => {
      held(taken)
      const lost = handed.map(({ batch }) => batch)
      handed = []
      sentBytes = taken
      return lost
    },
  })
}
