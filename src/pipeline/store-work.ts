/** What the commands about the store do, while no server uses it. */
import { existsSync } from 'node:fs'
import { AppError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import { checkStore as checkFiles } from '../store/check-store.ts'
import { openStore } from '../store/embedded.ts'
import type { HistoryQuery } from '../store/history-store.ts'
import { restoreStore as restoreFiles } from '../store/restore.ts'
import type { RetentionKind, RetentionSettings, Store, StoreStatus } from '../store/store.ts'
import { refuseMissing } from '../store/store-files.ts'

/** Of what needs no open store: the same as the station's own. */
export const checkStore = checkFiles
export const restoreStore = restoreFiles

export interface StoreHost {
  readonly log: Log
  readonly version: string
}

interface StoreReport extends StoreStatus {
  readonly history: { readonly bytes: number; readonly fromNs: number | undefined; readonly toNs: number | undefined }
  readonly retention: Readonly<Record<RetentionKind, RetentionSettings>>
}

export function storeReport(folder: string, host: StoreHost): Promise<StoreReport> {
  return withStore(folder, host, async (store) => {
    const { bytes, fromNs, toNs } = await store.history.extent()
    return { ...(await store.status()), history: { bytes, fromNs, toNs }, retention: store.retention() }
  })
}

interface BackUp {
  readonly folder: string
  readonly into: string
  readonly onShare: (share: number) => void
}

export function backUpStore({ folder, into, onShare }: BackUp, host: StoreHost): Promise<{ readonly bytes: number }> {
  return withStore(folder, host, (store) => store.backUp(into, onShare))
}

interface Export {
  readonly folder: string
  readonly fromNs: number
  readonly toNs: number
  /** Empty: all. */
  readonly hostnames: readonly string[]
  readonly kinds: readonly string[]
  readonly path: string
  readonly force: boolean
}

/** Throws AppError FILE_EXISTS. */
export function exportEvents(wanted: Export, host: StoreHost): Promise<{ readonly events: number; readonly bytes: number }> {
  const { folder, fromNs, toNs, hostnames, kinds, path, force } = wanted
  if (existsSync(path) && !force) throw new AppError('FILE_EXISTS', { path })
  const query: HistoryQuery = {
    range: { fromNs, toNs },
    filter: { op: 'true' },
    ...(hostnames.length > 0 && { hostnames }),
    ...(kinds.length > 0 && { kinds }),
  }
  return withStore(folder, host, (store) => store.history.exportParquet(query, path))
}

/** To look at something that is not there must not make it. */
async function withStore<Result>(folder: string, { log, version }: StoreHost, work: (store: Store) => Promise<Result>): Promise<Result> {
  refuseMissing(folder)
  const store = await openStore({ folder, nowNs: () => Date.now() * 1e6, log, version })
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}
