/** The station that keeps things: state for what must not be lost, history for the stream of events. One folder per engine. */
import type { HistoryStore } from './history-store.ts'
import type { StateStore } from './state-store.ts'

export interface RetentionSettings {
  /** Undefined: for ever, as far as the size allows. */
  readonly maxAgeDays: number | undefined
  readonly maxBytes: number | undefined
}

export type RetentionKind = 'findings' | 'history' | 'audit' | 'sensorPoints'

export interface StoreStatus {
  readonly folder: string
  readonly bytes: number
  /** Of the file system. */
  readonly freeBytes: number
  /** History is not taken any more, since there is too little room; findings still are. */
  readonly historyStopped: boolean
  readonly findings: number
  readonly events: number
}

export interface Store {
  readonly state: StateStore
  readonly history: HistoryStore
  readonly status: () => Promise<StoreStatus>
  readonly retention: () => Readonly<Record<RetentionKind, RetentionSettings>>
  readonly setRetention: (kind: RetentionKind, settings: RetentionSettings) => void
  /** Throws away what is too old or too much; returns how much of each kind went. Call it now and then. */
  readonly expire: (nowNs: number) => Promise<Readonly<Record<RetentionKind, number>>>
  /** A copy of everything into a new folder, while it is used. Progress from 0 to 1. */
  readonly backUp: (folder: string, onProgress?: (share: number) => void) => Promise<{ readonly bytes: number }>
  readonly close: () => Promise<void>
}
