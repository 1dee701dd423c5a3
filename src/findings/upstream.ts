/** What an agent tells its server. One JSON object per line; every line of a stream has the next number, from 1. */
import type { ActionRecord } from './action-record.ts'
import type { Finding } from './finding.ts'
import type { HistoryEvent } from './history-event.ts'
import type { ProcessExit, ProcessRecord } from './process-record.ts'
import type { SensorReport } from './sensor-record.ts'

/** `findings` are never given up while there is room on the disk; `history` gives way to them. */
export const UPSTREAM_STREAMS = ['findings', 'history'] as const
export type UpstreamStream = (typeof UPSTREAM_STREAMS)[number]

/** An action is told anew after each of its steps. */
export type FindingLine = { readonly seq: number; readonly finding: Finding } | { readonly seq: number; readonly action: ActionRecord }
export type HistoryLine =
  | { readonly seq: number; readonly process: ProcessRecord }
  | { readonly seq: number; readonly exit: ProcessExit }
  | { readonly seq: number; readonly event: HistoryEvent }
  /** So many events were left out here: no room. */
  | { readonly seq: number; readonly gap: number; readonly timeNs: number }

/**
 * Headers of a POST: whose lines they are, and the number of the first. Each run of an agent begins a spool of its own, with another id and
 * numbers from 1; what an earlier run has left is sent before.
 */
export const UPSTREAM_HEADERS = { spool: 'tarsier-spool', hostname: 'tarsier-host', first: 'tarsier-first' } as const

/** Answer to `POST /ingest/findings` and `POST /ingest/history`: everything up to this number is safe; none of it need be sent again. */
export interface UpstreamAnswer {
  readonly acknowledged: number
}

/**
 * Answer to `GET /orders`, which waits until there is one or `ORDERS_WAIT_MS` are over: what people ask of the agent of this host. Each is given once.
 */
export interface OrdersAnswer {
  readonly orders: readonly unknown[]
}
export const ORDERS_WAIT_MS = 25_000

/** `POST /ingest/sensor`: the newest counts, not spooled. */
export type SensorMessage = SensorReport
