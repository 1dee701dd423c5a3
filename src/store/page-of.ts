/** A page out of one row more than was asked for: that row says whether more follows. */
import { type CursorValue, cursorOf } from './cursor.ts'
import type { Page, PageRequest } from './page.ts'

/** How many rows to ask the engine for. */
export function rowsFor(page: PageRequest): number {
  return page.limit + 1
}

/** `rows`: up to `rowsFor(page)` of them; `place`: the sort values after which the next page begins. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  page: PageRequest,
  { item, place }: { readonly item: (row: Row) => Item; readonly place: (row: Row) => readonly CursorValue[] },
): Page<Item> {
  const shown = rows.slice(0, page.limit)
  const last = shown.at(-1)
  return { items: shown.map(item), next: rows.length > page.limit && last !== undefined ? cursorOf(place(last)) : undefined }
}
