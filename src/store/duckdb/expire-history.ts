/** Throws away the oldest of history. Room that becomes free is taken again by what follows. */
import { cutOf } from '../retention.ts'
import type { RetentionSettings } from '../store.ts'
import { timeValue } from '../time-value.ts'
import { bytesOf } from './count-events.ts'
import type { HistoryDatabase } from './database.ts'

interface Now {
  readonly nowNs: number
  /** What lies elsewhere and goes with it: records of processes. */
  readonly bytesBeside: number
}

/** Once it is too much, down to this share of the limit: not a little at every call. */
const GOAL = 0.9

/** How many events went. */
export async function expireHistory(database: HistoryDatabase, limits: RetentionSettings, now: Now): Promise<number> {
  const cut = cutOf(limits, now.nowNs)
  const byAge = cut === undefined ? 0 : await dropBefore(database, timeValue(cut))
  const bySize = await dropBefore(database, await timeOfBytes(database, limits.maxBytes, now.bytesBeside))
  return byAge + bySize
}

async function dropBefore(database: HistoryDatabase, cut: bigint | undefined): Promise<number> {
  if (cut === undefined) return 0
  const [[gone] = []] = await database.maintain('DELETE FROM events WHERE time_ns < ?', [cut])
  if (Number(gone) > 0) await database.maintain('CHECKPOINT')
  return Number(gone)
}

/** The time before which history is beyond so many bytes, all events taken as equally large; undefined: it is not. */
async function timeOfBytes(database: HistoryDatabase, maxBytes: number | undefined, beside: number): Promise<bigint | undefined> {
  if (maxBytes === undefined) return undefined
  const bytes = (await bytesOf(database)) + beside
  if (bytes <= maxBytes) return undefined
  const share = 1 - (maxBytes * GOAL) / bytes
  const [[time] = []] = await database.query('SELECT quantile_disc(time_ns, ?) FROM events', [share])
  return typeof time === 'bigint' ? time : undefined
}
