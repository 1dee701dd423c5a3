import { FacetList } from '../../components/facet-list.tsx'
import { wholeNumber } from '../../format/numbers.ts'
import classes from './events.module.css'
import type { useEventFacets } from './use-event-facets.ts'

/** The most frequent values at the side; a click writes them into the condition. */
export function EventFacetLists({ facets, counted, toggle, narrow }: ReturnType<typeof useEventFacets>) {
  const isNothing = counted?.total === 0
  // Where there is nothing, what was chosen can still be taken back.
  const shown = isNothing ? facets.filter(({ chosen, values }) => chosen.length > 0 || (values?.length ?? 0) > 0) : facets
  return (
    <>
      {counted !== undefined && !counted.exact ? (
        <p className={classes.note}>Counted over the newest {wholeNumber(counted.scanned)} events.</p>
      ) : null}
      {shown.length === 0 ? <p className={classes.note}>No event to count values of.</p> : null}
      {shown.map((facet) => (
        <FacetList
          key={facet.field}
          title={facet.field}
          values={facet.values}
          selected={facet.chosen}
          onToggle={(value) => toggle(facet, value)}
          onExclude={(value) => narrow(facet.field, 'not', value)}
        />
      ))}
    </>
  )
}
