/**
 * The guard of --max-cpu: takes one step after the other to make the agent cost less, and takes them back when it does. Each is
 * told; none hides an event from a rule of priority warning or above.
 */
import type { KindName } from '../events/kinds.ts'

/** What the kernel side is told to do less of. */
export interface Saving {
  /** Time within which equal events are folded. */
  readonly foldWindowMs: number
  /** By kind, n: one record in 2^n is made. */
  readonly shifts: ReadonlyMap<KindName, number>
}

export interface BudgetState extends Saving {
  /** Of one processor; undefined without --max-cpu. */
  readonly maxShare: number | undefined
  /** Used of late, of one processor. */
  readonly share: number
  /** Steps taken; 0: none. */
  readonly step: number
}

export interface BudgetChange {
  readonly what: 'tightened' | 'eased' | 'exceeded'
  readonly state: BudgetState
}

export interface Budget {
  /** Call it about once a second with the processor time used since the start; returns what changed. Times in seconds. */
  readonly update: (cpuSeconds: number, nowSeconds: number) => BudgetChange | undefined
  readonly state: () => BudgetState
}

export interface BudgetOptions {
  readonly maxShare: number | undefined
  /** From nothing saved to all that can be: see `savingSteps`. */
  readonly steps: readonly Saving[]
}

/** The share is that of so many seconds: one garbage collection is no reason to watch less. */
const WINDOW_S = 5
/** After a step, so long until the next: the share must show what it brought. */
const TIGHTEN_AFTER_S = 5
/** Below this part of the budget for so long, a step is taken back. */
const EASE_BELOW = 0.6
const EASE_AFTER_S = 15
/** A step that had to be taken again soon after is tried again later and later. */
const LONGEST_EASE_S = 600

interface Reading {
  readonly cpu: number
  readonly now: number
}

export function createBudget({ maxShare, steps }: BudgetOptions): Budget {
  let readings: Reading[] = []
  let step = 0
  let share = 0
  let changedAt = Number.NEGATIVE_INFINITY
  let easedAt = Number.NEGATIVE_INFINITY
  let lowSince: number | undefined
  let easeAfter = EASE_AFTER_S
  let saidExceeded = false

  const state = (): BudgetState => ({ ...(steps[step] as Saving), maxShare, share, step })

  function update(cpu: number, now: number): BudgetChange | undefined {
    readings = [...readings.filter((one) => one.now > now - WINDOW_S - 0.5), { cpu, now }]
    const [first] = readings
    if (first === undefined || now - first.now < WINDOW_S / 2) return undefined
    share = (cpu - first.cpu) / (now - first.now)
    if (maxShare === undefined) return undefined
    if (share > maxShare) return tighten(now)
    return ease(maxShare, now)
  }

  function tighten(now: number): BudgetChange | undefined {
    lowSince = undefined
    if (now - changedAt < TIGHTEN_AFTER_S) return undefined
    if (step === steps.length - 1) return exceeded()
    if (now - easedAt < 2 * easeAfter) easeAfter = Math.min(2 * easeAfter, LONGEST_EASE_S)
    else if (step === 0) easeAfter = EASE_AFTER_S
    easedAt = Number.NEGATIVE_INFINITY
    step++
    changedAt = now
    return { what: 'tightened', state: state() }
  }

  function exceeded(): BudgetChange | undefined {
    if (saidExceeded) return undefined
    saidExceeded = true
    return { what: 'exceeded', state: state() }
  }

  function ease(max: number, now: number): BudgetChange | undefined {
    if (share > EASE_BELOW * max) lowSince = undefined
    else lowSince ??= now
    if (step === 0 || lowSince === undefined || now - lowSince < easeAfter) return undefined
    step--
    changedAt = now
    easedAt = now
    lowSince = now
    saidExceeded = false
    return { what: 'eased', state: state() }
  }

  return Object.freeze({ update, state })
}
