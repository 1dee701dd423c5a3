/** What the commands about the store are given: each loads the engines when it is called, not before. */
import type { StoreWork } from '../cli/store-work.ts'
import type { Log } from '../lib/log.ts'

export function createStoreWork(log: Log, version: string): StoreWork {
  const work = () => import('../pipeline/store-work.ts')
  const host = { log, version }
  return {
    status: async (folder) => (await work()).storeReport(folder, host),
    check: async (folder) => (await work()).checkStore(folder),
    backUp: async (folder, into, onShare) => (await work()).backUpStore({ folder, into, onShare }, host),
    restore: async (from, folder, settings) => (await work()).restoreStore(from, folder, settings),
    exportEvents: async (folder, settings) => (await work()).exportEvents({ folder, ...settings }, host),
  }
}
