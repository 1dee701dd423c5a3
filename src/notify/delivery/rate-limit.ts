/** No more findings in a minute than somebody wants to be told of. */
import { hostname } from 'node:os'
import type { Finding } from '../../findings/finding.ts'
import { type InternalRule, internalFinding } from '../../findings/internal-finding.ts'
import { severityOf } from '../../findings/priority.ts'

export interface RateLimit {
  readonly allows: (finding: Finding) => boolean
  /** How many were left out since the start. */
  readonly leftOut: () => number
  /** The window ends now: no more is left out, and what was is said. */
  readonly end: () => void
}

export interface RateLimitOptions {
  /** 0: no limit. */
  readonly maxPerMinute: number
  /** The window is over, and findings were left out in it. */
  readonly onSummary: (summary: Finding) => void
  readonly nowMs: () => number
}

/** A line of this output alone: all others had what it left out. */
export const LEFT_OUT: InternalRule = {
  rule: 'Tarsier left findings out',
  priority: 'notice',
  doc: 'An output has more findings than its maxPerMinute allows: so many were not sent there. Other outputs and the server have them.',
}

const WINDOW_MS = 60_000
/** From critical on. */
const URGENT = severityOf('critical')

/**
 * Windows begin with their first finding. The last quarter of one is kept for findings of priority critical and above: a flood of
 * lesser ones, which whoever is watched can make, does not hide them.
 */
export function createRateLimit({ maxPerMinute, onSummary, nowMs }: RateLimitOptions): RateLimit {
  const forLesser = maxPerMinute - Math.floor(maxPerMinute / 4)
  const rules = new Set<string>()
  let passed = 0
  let missed = 0
  let leftOut = 0
  let timer: NodeJS.Timeout | undefined

  function allows({ priority, rule }: Finding): boolean {
    if (maxPerMinute === 0) return true
    if (timer === undefined) {
      timer = setTimeout(end, WINDOW_MS)
      timer.unref()
    }
    if (passed < (severityOf(priority) <= URGENT ? maxPerMinute : forLesser)) {
      passed++
      return true
    }
    missed++
    leftOut++
    rules.add(rule)
    return false
  }

  function end(): void {
    clearTimeout(timer)
    timer = undefined
    passed = 0
    if (missed > 0) onSummary(summaryOf(missed, rules.size, nowMs()))
    missed = 0
    rules.clear()
  }

  return Object.freeze({ allows, leftOut: () => leftOut, end })
}

function summaryOf(missed: number, rules: number, nowMs: number): Finding {
  const output = `${missed} more findings of ${rules} ${rules === 1 ? 'rule' : 'rules'} within a minute were left out here (maxPerMinute); other outputs have them`
  return internalFinding(LEFT_OUT, {
    output,
    fields: { 'tarsier.left_out': missed, 'tarsier.rules': rules },
    timeNs: nowMs * 1e6,
    hostname: hostname(),
  })
}
