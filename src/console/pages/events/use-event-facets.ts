/** The most frequent values of the fields that are asked for most, and what the condition says of them. */
import { useQueries, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { HistoryColumn } from '../../../findings/history-event.ts'
import type { FacetValue } from '../../../store/page.ts'
import { type EventListQuery, eventFacetsQuery } from '../../api/events.ts'
import { type Narrowing, narrow, narrowingsOf, widen, withoutChosen } from '../../language/narrowing.ts'
import { useIsTaken } from './use-offers.ts'

const FACET_FIELDS = [
  'evt.type',
  'proc.name',
  'user.name',
  'container.name',
  'k8s.ns.name',
  'fd.name',
  'fd.rip',
  'fd.rport',
] as const satisfies readonly HistoryColumn[]

export interface EventFacet {
  readonly field: HistoryColumn
  /** Undefined while they are counted. */
  readonly values: readonly FacetValue[] | undefined
  /** Of the condition; the empty text: the field has no value. */
  readonly chosen: readonly string[]
}

/** `onCondition`: a click has changed it. */
export function useEventFacets(query: EventListQuery, onCondition: (condition: string) => void) {
  const condition = query.condition ?? ''
  const isTaken = useIsTaken()
  const narrowings = useMemo(() => narrowingsOf(condition), [condition])
  const all = useQuery(eventFacetsQuery(query, FACET_FIELDS))
  // Of a field of which something is chosen, the others are counted as if it were not.
  const fields = FACET_FIELDS.filter((field) => narrowings.some((one) => one.mode === 'is' && one.field === field))
  const others = useQueries({
    queries: fields.map((field) => eventFacetsQuery({ ...query, condition: withoutChosen(condition, field) }, [field])),
  })
  const facets = FACET_FIELDS.map((field): EventFacet => {
    const asked = others[fields.indexOf(field)] ?? all
    return {
      field,
      values: asked.isError ? [] : valuesOf(asked.data?.facets[field]),
      chosen: narrowings.filter((one) => one.mode === 'is' && one.field === field).map(({ value }) => value ?? ''),
    }
  })
  const show = (narrowing: Narrowing): void => onCondition(narrow(condition, narrowing, isTaken))
  const narrowing = (field: string, mode: Narrowing['mode'], value: string): Narrowing => ({
    field,
    mode,
    value: value === '' ? undefined : value,
  })
  return {
    facets,
    counted: all.data,
    chosen: facets.reduce((sum, facet) => sum + facet.chosen.length, 0),
    toggle: ({ field, chosen }: EventFacet, value: string): void => {
      const change = narrowing(field, 'is', value)
      if (chosen.includes(value)) onCondition(widen(condition, change))
      else show(change)
    },
    narrow: (field: string, mode: Narrowing['mode'], value: string): void => show(narrowing(field, mode, value)),
    clear: (): void => onCondition(FACET_FIELDS.reduce<string>(withoutChosen, condition)),
  }
}

/** What is still there of another question may not have the field: it is on its way then. */
const valuesOf = (values: readonly FacetValue[] | undefined): readonly FacetValue[] | undefined => values && onlyOnce(values)

/** An empty text and no value at all are shown as one. */
function onlyOnce(values: readonly FacetValue[]): readonly FacetValue[] {
  const isEmpty = ({ value }: FacetValue): boolean => value === null || value === ''
  const empty = values.filter(isEmpty)
  if (empty.length < 2) return values
  const sum = { value: null, count: empty.reduce((total, { count }) => total + count, 0) }
  return [...values.filter((one) => !isEmpty(one)), sum].sort((a, b) => b.count - a.count)
}
