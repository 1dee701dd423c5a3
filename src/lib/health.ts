/** The result of looking whether something can work: a list of checks, each with what to do where it cannot. */

export type HealthStatus = 'ok' | 'warning' | 'failed'

export interface HealthCheck {
  /** Groups checks under one heading. */
  readonly group: string
  readonly name: string
  /** `warning`: something optional is missing. `failed`: without it the agent cannot run. */
  readonly status: HealthStatus
  readonly detail: string
  /** What to do; only where the status is not ok. */
  readonly fix?: string
}

export interface HealthReport {
  /** No check failed. */
  readonly ready: boolean
  readonly checks: readonly HealthCheck[]
  /** Kinds of events that this host can be watched for: at least one hook of each was attached. */
  readonly watched: readonly string[]
}

export function healthReport(checks: readonly HealthCheck[], watched: readonly string[]): HealthReport {
  return Object.freeze({ ready: checks.every((check) => check.status !== 'failed'), checks, watched })
}
