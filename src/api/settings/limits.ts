/** Bounds of the server that nobody need set; tests take smaller ones. */
import type { Rate } from '../http/rate-limit.ts'
import type { StreamLimits } from '../live/live-streams.ts'

export interface ApiLimits {
  readonly anonymous: Rate
  readonly user: Rate
  readonly streams: Partial<StreamLimits>
  /** A request has come whole by then. */
  readonly requestMs: number
  readonly headersMs: number
  /** How often that is looked at. */
  readonly checkMs: number
  readonly keepAliveMs: number
  readonly headerBytes: number
  /** Of one part of a path. */
  readonly paramLength: number
  readonly connections: number
}

export const DEFAULT_LIMITS: ApiLimits = {
  anonymous: { perMinute: 120, burst: 60 },
  user: { perMinute: 3000, burst: 600 },
  streams: {},
  requestMs: 30_000,
  headersMs: 10_000,
  checkMs: 2000,
  keepAliveMs: 10_000,
  headerBytes: 16 * 1024,
  paramLength: 1000,
  connections: 2048,
}
