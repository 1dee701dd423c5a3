/** Bounds of histograms: more steps than anybody can look at would only be a load. */
import { AppError } from '../lib/app-error.ts'
import type { TimeRange } from './page.ts'

const MOST_STEPS = 10_000

/** Throws AppError STEP_TOO_SHORT. */
export function refuseManySteps(range: TimeRange | undefined, stepNs: number): void {
  const steps = range === undefined ? 1 : (range.toNs - range.fromNs) / stepNs
  if (!(stepNs >= 1) || steps > MOST_STEPS) throw new AppError('STEP_TOO_SHORT', { limit: MOST_STEPS })
}
