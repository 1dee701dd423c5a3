/** The time, for texts that tell how long ago something was: one timer for all of them, and none while nobody asks. */
import { createSharedValue } from '../app/shared-value.ts'

const TICK_MS = 1000
let timer: ReturnType<typeof setInterval> | undefined
const now = createSharedValue(Date.now(), { onFirst: start, onLast: () => clearInterval(timer) })

function start(): void {
  // What was shown before may be long ago.
  queueMicrotask(tick)
  timer = setInterval(tick, TICK_MS)
}

function tick(): void {
  now.set(Date.now())
}

/** ms since 1970, as it was at the last tick (a second). */
export const useNow = now.use
