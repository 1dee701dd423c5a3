/** How far a list reaches whose condition is run event by event. */
import type { EventPage } from '../../../api/services.ts'

export interface Reach {
  /** False: what is not in the list may only not have been looked at yet. */
  readonly exact: boolean
  /** Events that were looked at for it, the newest first. */
  readonly scanned: number
  /** Of them those behind the last that is in the list. */
  readonly sinceLast: number
}

export function reachOf(pages: readonly Pick<EventPage, 'exact' | 'scanned' | 'items'>[]): Reach {
  const scanned = pages.reduce((sum, page) => sum + page.scanned, 0)
  const last = pages.findLastIndex(({ items }) => items.length > 0)
  const sinceLast = pages.slice(last + 1).reduce((sum, page) => sum + page.scanned, 0)
  return { exact: pages.every(({ exact }) => exact), scanned, sinceLast }
}
