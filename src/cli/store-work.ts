/** Work on a store that no server uses. src/bin/ hands it in, so that commands load no engine. */
import type { StorePart } from '../store/check-store.ts'
import type { Restored } from '../store/restore.ts'
import type { RetentionKind, RetentionSettings, StoreStatus } from '../store/store.ts'

export interface StoreReport extends StoreStatus {
  readonly history: { readonly bytes: number; readonly fromNs: number | undefined; readonly toNs: number | undefined }
  readonly retention: Readonly<Record<RetentionKind, RetentionSettings>>
}

export interface ExportSettings {
  /** ns since 1970. */
  readonly fromNs: number
  readonly toNs: number
  /** Empty: all. */
  readonly hostnames: readonly string[]
  readonly kinds: readonly string[]
  readonly path: string
  /** A file that is there is replaced. */
  readonly force: boolean
}

export type OnShare = (share: number) => void

/** All throw AppError STORE_IN_USE while a server uses it, and STORE_UNOPENED where there is none. `folder`: of the store. */
export interface StoreWork {
  readonly status: (folder: string) => Promise<StoreReport>
  readonly check: (folder: string) => Promise<readonly StorePart[]>
  readonly backUp: (folder: string, into: string, onShare: OnShare) => Promise<{ readonly bytes: number }>
  readonly restore: (from: string, folder: string, settings: { readonly force: boolean; readonly onProgress: OnShare }) => Promise<Restored>
  readonly exportEvents: (folder: string, settings: ExportSettings) => Promise<{ readonly events: number; readonly bytes: number }>
}
