/**
 * History asked by conditions of the rule language. Where the columns of the store tell whether a condition holds, the store answers alone.
 * Otherwise it gives what may match, newest first, and the condition itself is run over that, for so long as somebody waits for an answer.
 */
import type { EventFacets, EventPage, EventQuery, EventService } from '../../api/services.ts'
import type { HistoryColumn } from '../../findings/history-event.ts'
import type { RuleSet } from '../../lang/load-rules.ts'
import type { HistoryQuery, HistoryStore, WholeEvent } from '../../store/history-store.ts'
import type { FacetValue, PageRequest, TimeRange } from '../../store/page.ts'
import { type CompiledCondition, createHistoryConditions } from './history-conditions.ts'

export interface EventServiceOptions {
  readonly history: HistoryStore
  readonly ruleSet: () => RuleSet
  /** Of a clock that never goes back; ms. */
  readonly nowMs?: () => number
}

/** How many events the store is asked for at a time. */
const CHUNK = 2000
const MAX_SCANNED = 200_000
/** An answer goes out after that, and says where to go on; counts are then of what was looked at. */
const PAGE_MS = 200
/** Of more events than that, facets are of the newest. */
const MAX_FACETED = 500_000

export function createEventService({ history, ruleSet, nowMs = () => performance.now() }: EventServiceOptions): EventService {
  const conditions = createHistoryConditions(ruleSet)

  /** Matches, newest first, until there are `limit` or time is up. */
  async function look(query: HistoryQuery, { matches }: CompiledCondition, { limit, cursor }: PageRequest): Promise<Looked> {
    const found: WholeEvent[] = []
    const begun = nowMs()
    let scanned = 0
    let place = cursor
    for (;;) {
      const { items, next } = await history.list(query, { limit: CHUNK, cursor: place })
      for (const [index, event] of items.entries()) {
        if (!matches(event)) continue
        found.push(event)
        if (found.length < limit) continue
        const isLast = index === items.length - 1
        return { items: found, scanned: scanned + index + 1, next: isLast ? next : await placeBehind(query, index + 1, place) }
      }
      scanned += items.length
      place = next
      const waited = nowMs() - begun
      const isTime = scanned >= MAX_SCANNED || waited >= PAGE_MS
      if (next === undefined || isTime) return { items: found, scanned, next }
    }
  }

  /** The cursor behind the first so many of a page. */
  async function placeBehind(query: HistoryQuery, count: number, cursor: string | undefined): Promise<string | undefined> {
    return (await history.list(query, { limit: count, cursor })).next
  }

  async function list(query: EventQuery, page: PageRequest): Promise<EventPage> {
    const condition = conditions.compile(query.condition)
    const asked = storeQuery(query, condition)
    if (!condition.exact) return { ...(await look(asked, condition, page)), exact: false }
    const answer = await history.list(asked, page)
    return { ...answer, exact: true, scanned: answer.items.length }
  }

  async function facets(query: EventQuery, columns: readonly HistoryColumn[], limit: number): Promise<EventFacets> {
    const condition = conditions.compile(query.condition)
    const asked = storeQuery(query, condition)
    if (!condition.exact) {
      const { items, scanned, next } = await look(asked, condition, ALL)
      return { facets: countedFacets(items, columns, limit), total: items.length, exact: next === undefined, scanned }
    }
    const total = await history.count(asked)
    if (total <= MAX_FACETED) return { facets: await history.facets(asked, columns, limit), total, exact: true, scanned: total }
    const newest = { ...asked, range: await newestPart(asked.range, total) }
    const [found, scanned] = [await history.facets(newest, columns, limit), await history.count(newest)]
    return { facets: found, total, exact: false, scanned }
  }

  /** About so much of the range as holds MAX_FACETED events, were they spread evenly over what is there. */
  async function newestPart({ fromNs, toNs }: TimeRange, total: number): Promise<TimeRange> {
    const extent = await history.extent()
    const [from, to] = [Math.max(fromNs, extent.fromNs ?? fromNs), Math.min(toNs, (extent.toNs ?? toNs) + 1)]
    return { fromNs: Math.round(to - ((to - from) * MAX_FACETED) / total), toNs }
  }

  return Object.freeze({
    list,
    facets,
    histogram: async (query: EventQuery, stepNs: number) => {
      const condition = conditions.compile(query.condition)
      const asked = storeQuery(query, condition)
      if (condition.exact) return { points: await history.histogram(asked, stepNs), exact: true }
      const { items, next } = await look(asked, condition, ALL)
      return { points: countedSteps(items, stepNs), exact: next === undefined }
    },
    check: conditions.check,
  })
}

const ALL: PageRequest = { limit: MAX_SCANNED, cursor: undefined }

interface Looked {
  readonly items: readonly WholeEvent[]
  readonly scanned: number
  readonly next: string | undefined
}

function storeQuery({ condition: _, ...query }: EventQuery, { filter }: CompiledCondition): HistoryQuery {
  return { ...query, filter }
}

function countedFacets(
  events: readonly WholeEvent[],
  columns: readonly HistoryColumn[],
  limit: number,
): Readonly<Partial<Record<HistoryColumn, readonly FacetValue[]>>> {
  return Object.fromEntries(columns.map((column) => [column, mostFrequent(events, column, limit)]))
}

function mostFrequent(events: readonly WholeEvent[], column: HistoryColumn, limit: number): readonly FacetValue[] {
  const counts = new Map<FacetValue['value'], number>()
  for (const event of events) {
    const value = (column === 'evt.type' ? event.type : (event.fields[column] ?? null)) as FacetValue['value']
    counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count)
    .slice(0, limit)
}

/** The steps begin at multiples of their length since 1970, as those of the store do. */
function countedSteps(events: readonly WholeEvent[], stepNs: number): readonly { readonly timeNs: number; readonly count: number }[] {
  const counts = new Map<number, number>()
  for (const { timeNs } of events) {
    const step = Math.floor(timeNs / stepNs) * stepNs
    counts.set(step, (counts.get(step) ?? 0) + 1)
  }
  return [...counts].map(([timeNs, count]) => ({ timeNs, count })).sort((a, b) => a.timeNs - b.timeNs)
}
