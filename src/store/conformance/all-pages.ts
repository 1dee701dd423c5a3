/** Everything that a list gives, page by page, as someone who scrolls would see it. */
import type { Page, PageRequest } from '../page.ts'

type MaybePromise<T> = T | Promise<T>

/** Fails after 1000 pages: a cursor that does not move on would never end. */
export async function allPages<Item>(limit: number, list: (page: PageRequest) => MaybePromise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = []
  let cursor: string | undefined
  for (let pages = 0; pages < 1000; pages++) {
    const page = await list({ limit, cursor })
    if (page.items.length > limit) throw new Error(`a page of ${page.items.length}, of at most ${limit}`)
    items.push(...page.items)
    if (page.next === undefined) return items
    cursor = page.next
  }
  throw new Error('the pages do not end')
}
