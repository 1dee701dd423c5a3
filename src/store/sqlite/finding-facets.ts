/** Counts of the values by which findings are filtered, from the counts of their groups. */
import type { FacetValue } from '../page.ts'
import type { FindingFacet, FindingQuery, FindingStore } from '../state-store.ts'
import { type FindingGroup, type GroupRow, groupOf } from './finding-groups.ts'

interface Dimension {
  readonly values: (group: FindingGroup) => readonly (string | null)[]
  readonly chosen: (query: FindingQuery) => readonly string[] | undefined
}

const DIMENSIONS: Readonly<Record<FindingFacet, Dimension>> = {
  rule: { values: ({ rule }) => [rule], chosen: ({ rules }) => rules },
  priority: { values: ({ priority }) => [priority], chosen: ({ priorities }) => priorities },
  tag: { values: ({ tags }) => tags, chosen: ({ tags }) => tags },
  hostname: { values: ({ hostname }) => [hostname], chosen: ({ hostnames }) => hostnames },
  containerId: { values: ({ containerId }) => [containerId], chosen: ({ containerIds }) => containerIds },
  technique: { values: ({ techniques }) => techniques, chosen: ({ techniques }) => techniques },
}

type Counted = GroupRow & { readonly n: number }
type Choice = { readonly wanted: readonly FindingFacet[]; readonly limit: number }

/** Of each facet the most frequent values, counted over what the choices in all the other facets leave. */
export function countFacets(rows: readonly Counted[], query: FindingQuery, { wanted, limit }: Choice): ReturnType<FindingStore['facets']> {
  const counts = new Map(wanted.map((facet) => [facet, new Map<string | null, number>()] as const))
  const choices = choicesOf(query)
  const lists = new Map<string, readonly string[]>()
  for (const row of rows) {
    const group = groupOf(row, lists)
    const missed = choices.filter(
      ({ facet, chosen }) => !DIMENSIONS[facet].values(group).some((value) => value !== null && chosen.has(value)),
    )
    if (missed.length > 1) continue
    for (const [facet, byValue] of counts) {
      if (missed[0] !== undefined && missed[0].facet !== facet) continue
      for (const value of DIMENSIONS[facet].values(group)) byValue.set(value, (byValue.get(value) ?? 0) + row.n)
    }
  }
  return Object.fromEntries([...counts].map(([facet, byValue]) => [facet, mostFrequent(byValue, limit)]))
}

function choicesOf(query: FindingQuery): { facet: FindingFacet; chosen: ReadonlySet<string> }[] {
  return (Object.keys(DIMENSIONS) as FindingFacet[]).flatMap((facet) => {
    const chosen = DIMENSIONS[facet].chosen(query)
    return chosen === undefined ? [] : [{ facet, chosen: new Set(chosen) }]
  })
}

function mostFrequent(byValue: ReadonlyMap<string | null, number>, limit: number): FacetValue[] {
  const sorted = [...byValue].sort(([a, n], [b, m]) => m - n || (String(a) < String(b) ? -1 : 1))
  return sorted.slice(0, limit).map(([value, count]) => ({ value, count }))
}
