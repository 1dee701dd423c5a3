import { Faceted } from '../../components/faceted.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { SavedSearches } from '../../components/saved-searches.tsx'
import { TimeRange } from '../../components/time-range.tsx'
import { wholeNumber } from '../../format/numbers.ts'
import { ConditionBar } from './condition-bar.tsx'
import { EventDrawer } from './event-drawer.tsx'
import { EventFacetLists } from './event-facets.tsx'
import { EventHistogram } from './event-histogram.tsx'
import { ChosenInMenus, EventMenus } from './event-menus.tsx'
import { EventTable } from './event-table.tsx'
import { useEventFacets } from './use-event-facets.ts'
import { useEvents } from './use-events.ts'

/** Everything that happened, as far as history keeps it, asked in the language of the rules. */
export function Events() {
  const events = useEvents()
  const { state, change } = events
  const show = (condition: string): void => change({ condition, event: undefined }, { push: true })
  const facets = useEventFacets(events.query, show)
  return (
    <>
      <PageHeader
        title="Events"
        detail={totalText(facets.counted)}
        actions={
          <>
            <EventMenus state={state} change={change} />
            <SavedSearches path="/events" />
            <TimeRange range={state} onChange={(range) => change({ ...range })} />
          </>
        }
      />
      <ConditionBar
        condition={state.condition}
        range={state}
        onRun={(condition) => {
          if (condition === state.condition) void events.lookAnew()
          else show(condition)
        }}
      />
      <EventHistogram query={events.query} onChoose={(fromNs, toNs) => change({ from: isoOf(fromNs), to: isoOf(toNs) }, { push: true })} />
      <ChosenInMenus state={state} change={change} />
      <Faceted chosen={facets.chosen} onClear={facets.clear} facets={<EventFacetLists {...facets} />}>
        <EventTable {...events} total={facets.counted?.exact === true ? facets.counted.total : undefined} />
      </Faceted>
      {state.event === undefined ? null : (
        <EventDrawer name={state.event} rows={events.rows} onNarrow={facets.narrow} onClose={() => change({ event: undefined })} />
      )}
    </>
  )
}

const isoOf = (ns: number): string => new Date(ns / 1e6).toISOString()

const BLANK = '\u00a0'

/** A blank while it is not known, so that nothing moves when it is. */
function totalText(counted: ReturnType<typeof useEventFacets>['counted']): string {
  if (counted === undefined) return BLANK
  const { total, exact, scanned } = counted
  // The total is that of all, also where only the newest of them were looked at for their values.
  const isWhole = exact || total > scanned
  return isWhole ? `${wholeNumber(total)} in this time` : total === 0 ? BLANK : `At least ${wholeNumber(total)} in this time`
}
