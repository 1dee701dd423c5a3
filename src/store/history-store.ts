/** The stream of events, in columns. It may be asked for much and thrown away by age and size. */
import type { HistoryColumn, HistoryEvent } from '../findings/history-event.ts'
import type { HistoryFilter } from '../findings/history-filter.ts'
import type { FacetValue, Page, PageRequest, TimeRange } from './page.ts'

/** An event with the fields of its process put back: what a rule sees. */
export interface WholeEvent extends HistoryEvent {
  /** Those of the process record and those of the event. */
  readonly fields: Readonly<Record<string, unknown>>
}

export interface HistoryQuery {
  readonly range: TimeRange
  readonly filter: HistoryFilter
  readonly hostnames?: readonly string[]
  readonly kinds?: readonly string[]
  readonly processKey?: string
}

export interface HistoryBatch {
  readonly spool: string
  readonly seq: number
  readonly events: readonly HistoryEvent[]
  /** The states of processes that the events of the batch name and that are not stored yet, are written first by the caller. */
}

export interface HistoryStore {
  readonly position: (spool: string) => number
  /** On the disk when it resolves. Rejects with AppError STORE_FULL when there is no room: nothing of the batch is taken then. */
  readonly append: (batch: HistoryBatch) => Promise<void>
  /** Newest first. */
  readonly list: (query: HistoryQuery, page: PageRequest) => Promise<Page<WholeEvent>>
  /** Oldest first, in chunks, for backtests and exports; stops when the caller does. */
  readonly scan: (query: HistoryQuery, signal: AbortSignal) => AsyncIterable<readonly WholeEvent[]>
  readonly count: (query: HistoryQuery) => Promise<number>
  /**
   * The most frequent values of each, with exact counts. Where more than a million events match, which values of a column of many (paths,
   * addresses…) are the most frequent is judged by samples, and how often it is missing is left out.
   */
  readonly facets: (
    query: HistoryQuery,
    columns: readonly HistoryColumn[],
    limit: number,
  ) => Promise<Readonly<Partial<Record<HistoryColumn, readonly FacetValue[]>>>>
  readonly histogram: (query: HistoryQuery, stepNs: number) => Promise<readonly { readonly timeNs: number; readonly count: number }[]>
  readonly get: (hostname: string, id: string) => Promise<WholeEvent | undefined>
  /** What is there. */
  readonly extent: () => Promise<{
    readonly events: number
    readonly bytes: number
    readonly fromNs: number | undefined
    readonly toNs: number | undefined
  }>
  /** To one Parquet file, fields of processes put back as columns. */
  readonly exportParquet: (query: HistoryQuery, path: string) => Promise<{ readonly events: number; readonly bytes: number }>
}
