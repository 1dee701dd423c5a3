/**
 * When a helper of prevention that has ended is started again: a second later, but no more than so many times in so long. Never not at all: somebody who can end it
 * would have switched prevention off for good.
 */

export const MAX_STARTS = 4
export const STARTS_WITHIN_MS = 600_000
export const RESTART_MS = 1000

/** `startsMs`: when it was started, oldest first; times are those of one clock. */
export function restartWaitMs(startsMs: readonly number[], nowMs: number): number {
  const lately = startsMs.filter((at) => nowMs - at < STARTS_WITHIN_MS).slice(-MAX_STARTS)
  const [oldest = nowMs] = lately
  return lately.length < MAX_STARTS ? RESTART_MS : Math.max(RESTART_MS, oldest + STARTS_WITHIN_MS - nowMs)
}
