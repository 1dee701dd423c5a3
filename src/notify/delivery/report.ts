/** What a delivery says in the log: each change once, refusals now and then. */
import type { Log } from '../../lib/log.ts'

export interface DeliveryReport {
  readonly good: () => void
  readonly bad: (reason: string) => void
  readonly refused: (reason: string) => void
  readonly failing: () => boolean
}

export interface DeliveryReportOptions {
  readonly name: string
  readonly log: Log
  /** Whether there is a dead-letter file. */
  readonly keeps: boolean
  readonly nowMs: () => number
  readonly dropped: () => number
}

const BETWEEN_REFUSALS_MS = 60_000
const MAX_REASON = 300

export function createDeliveryReport({ name: output, log, keeps, nowMs, dropped }: DeliveryReportOptions): DeliveryReport {
  let isFailing = false
  let droppedBefore = 0
  let saidMs = Number.NEGATIVE_INFINITY
  let unsaid = 0
  const clip = (reason: string): string => (reason.length > MAX_REASON ? `${reason.slice(0, MAX_REASON)}…` : reason)

  function bad(reason: string): void {
    if (isFailing) return
    isFailing = true
    droppedBefore = dropped()
    log.error('an output cannot deliver; its findings wait', { output, reason: clip(reason) })
  }

  function good(): void {
    if (!isFailing) return
    isFailing = false
    log.info('an output delivers again', { output, lost: dropped() - droppedBefore })
  }

  function refused(reason: string): void {
    unsaid++
    if (nowMs() - saidMs < BETWEEN_REFUSALS_MS) return
    const kept = keeps ? 'they are kept in its dead-letter file' : 'they are lost there'
    log.error(`an output refuses findings; ${kept}`, { output, refusals: unsaid, reason: clip(reason) })
    saidMs = nowMs()
    unsaid = 0
  }

  return Object.freeze({ good, bad, refused, failing: () => isFailing })
}
