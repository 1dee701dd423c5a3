import { Link } from '@tanstack/react-router'
import { Activity, ArrowDown, CircleAlert } from 'lucide-react'
import type { WholeEvent } from '../../../store/history-store.ts'
import { problemOf } from '../../api/problem.ts'
import { eventsPath } from '../../app/paths.ts'
import { Button } from '../../components/button.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { FillingTable } from '../../components/toolbar.tsx'
import { wholeNumber } from '../../format/numbers.ts'
import { EVENT_COLUMNS, EventCard } from './columns.tsx'
import classes from './events.module.css'
import { eventNameText, type useEvents } from './use-events.ts'

type Events = ReturnType<typeof useEvents>

/** The events, newest first. `total`: how many there are, where that is known. */
export function EventTable({ total, ...events }: Events & { readonly total: number | undefined }) {
  const { state, change, query, list, rows, isPaused } = events
  const isSearching = rows.length === 0 && list.hasNextPage && !isPaused
  const isInvalid = list.isError && problemOf(list.error).code === 'CONDITION_INVALID'
  return (
    <>
      <Reach {...events} />
      <FillingTable>
        <DataTable<WholeEvent>
          label="Events"
          columns={EVENT_COLUMNS}
          rows={rows}
          rowKey={eventNameText}
          openKey={state.event === undefined ? undefined : eventNameText(state.event)}
          onOpen={(event) => change({ event: eventNameText(event) }, { push: state.event === undefined })}
          rowHref={(event) => eventsPath({ ...query, event: eventNameText(event) })}
          card={(event) => <EventCard event={event} />}
          isLoading={list.isPending}
          error={isInvalid ? undefined : list.error}
          onRetry={list.refetch}
          hasMore={list.hasNextPage && !isPaused}
          isLoadingMore={list.isFetchingNextPage}
          onMore={list.fetchNextPage}
          total={total}
          empty={
            isInvalid ? <Invalid /> : isSearching ? <p className={classes.searching}>Looking further back…</p> : <NoEvents {...events} />
          }
        />
      </FillingTable>
    </>
  )
}

/** Says how far the list reaches, where it may leave something out. */
function Reach({ reach, list, isPaused, goOn }: Events) {
  if (reach.exact || reach.scanned === 0) return null
  const looked = `the newest ${wholeNumber(reach.scanned)} events that may match`
  return (
    <p className={classes.note} role="status">
      <span>
        {list.hasNextPage
          ? `This condition is tried on each event by itself; so far on ${looked}. Bars and counts are of the newest as well.`
          : `This condition was tried on each event by itself: on ${wholeNumber(reach.scanned)}, which is all there are.`}
      </span>
      {isPaused ? (
        <Button small icon={ArrowDown} onClick={goOn}>
          Look further back
        </Button>
      ) : null}
    </p>
  )
}

const Invalid = () => (
  <EmptyState icon={CircleAlert} title="The condition cannot be run">
    Mend what is underlined in it; what is wrong stands below it.
  </EmptyState>
)

/** Why there is nothing, and what to do. */
function NoEvents({ state, change, isPaused, goOn }: Events) {
  const isNarrowed = state.condition !== '' || state.host.length > 0 || state.kind.length > 0 || state.process !== undefined
  if (isPaused) {
    return (
      <EmptyState icon={Activity} title="Nothing so far" actions={<Button onClick={goOn}>Look further back</Button>}>
        The newest events that were looked at do not match. Older ones may.
      </EmptyState>
    )
  }
  if (isNarrowed) {
    const all = { condition: undefined, host: undefined, kind: undefined, process: undefined }
    return (
      <EmptyState
        icon={Activity}
        title="No event is like that in this time"
        actions={
          <>
            <Button onClick={() => change({ from: '30d', to: undefined }, { push: true })}>Look at 30 days</Button>
            <Button onClick={() => change(all, { push: true })}>Show all events</Button>
          </>
        }
      >
        Take something out of the condition, or look at a longer time. Old events go when history is full.
      </EmptyState>
    )
  }
  return (
    <EmptyState
      icon={Activity}
      title="No events in this time"
      actions={<Button onClick={() => change({ from: '30d', to: undefined }, { push: true })}>Look at 30 days</Button>}
    >
      History keeps the events that reach the rules, unless the agent runs with <code>--no-history</code>.{' '}
      <Link to={'/sensors' as string}>Sensors</Link> says which agents report. Old events go when their time or the room for them is over.
    </EmptyState>
  )
}
