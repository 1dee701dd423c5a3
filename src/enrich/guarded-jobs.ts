/**
 * Does what a process could hold up for ever (reading its memory, reading a file system that it serves) on threads of the pool, a few
 * at a time, and gives it up for good when too many jobs do not come back. The agent never waits for any of it.
 */
import { createQueue } from '../lib/queue.ts'

export interface GuardedJobs {
  /** `done` hears the result later; undefined when the job was given up. A job that comes back too late is still heard. */
  readonly run: <T>(job: () => Promise<T | undefined>, done: (result: T | undefined) => void) => void
  readonly counters: () => GuardedCounters
}

export interface GuardedCounters {
  /** Jobs that should have come back by now. */
  readonly stuck: number
  /** Jobs never begun because of those, or because too many waited. */
  readonly givenUp: number
}

export interface GuardedLimits {
  /** Of the four threads that Node has. */
  readonly running: number
  readonly waiting: number
  readonly stuckMs: number
}

/** As many may wait as Linux can have processes. */
const LIMITS: GuardedLimits = { running: 2, waiting: 1 << 22, stuckMs: 1000 }

interface Waiting {
  readonly begin: () => Promise<void>
  readonly refuse: () => void
}

export function createGuardedJobs(limits: GuardedLimits = LIMITS): GuardedJobs {
  const waiting = createQueue<Waiting>({ maxItems: limits.waiting, maxBytes: limits.waiting, sizeOf: () => 1 })
  let running = 0
  let stuck = 0
  let givenUp = 0

  function run<T>(job: () => Promise<T | undefined>, done: (result: T | undefined) => void): void {
    const begin = async () => done(await job())
    const refuse = () => done(undefined)
    if (waiting.push({ begin, refuse })) startMore()
    else refuse()
  }

  function startMore(): void {
    while (running < limits.running) {
      const next = waiting.shift()
      if (next === undefined) return
      void watch(next.begin)
    }
    if (stuck >= limits.running) giveUp()
  }

  async function watch(begin: () => Promise<void>): Promise<void> {
    let late = false
    running++
    const timer = setTimeout(() => {
      late = true
      stuck++
      startMore()
    }, limits.stuckMs)
    timer.unref()
    await begin()
    clearTimeout(timer)
    if (late) stuck--
    running--
    startMore()
  }

  function giveUp(): void {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      givenUp++
      next.refuse()
    }
  }

  return Object.freeze({ run, counters: () => ({ stuck, givenUp: givenUp + waiting.dropped() }) })
}
