/** The columns of the stream of events. */
import type { WholeEvent } from '../../../store/history-store.ts'
import { Badge } from '../../components/badge.tsx'
import type { Column } from '../../components/data-table.tsx'
import { Text } from '../../components/text.tsx'
import { Time } from '../../components/time.tsx'
import { useNow } from '../../format/now.ts'
import classes from './columns.module.css'
import { isFailed, objectOf, valueText } from './event-text.ts'

export const EVENT_COLUMNS: readonly Column<WholeEvent>[] = [
  { id: 'time', header: 'Time', width: '118px', cell: ({ timeNs }) => <When timeNs={timeNs} /> },
  { id: 'type', header: 'Event', width: 'minmax(104px, 0.6fr)', cell: (event) => <Type event={event} /> },
  { id: 'process', header: 'Process', width: 'minmax(72px, 0.6fr)', cell: (event) => <Field event={event} name="proc.name" /> },
  { id: 'object', header: 'What', width: 'minmax(140px, 3fr)', cell: (event) => <Text value={objectOf(event)} mono oneLine /> },
  { id: 'user', header: 'User', width: 'minmax(78px, 0.5fr)', cell: (event) => <Field event={event} name="user.name" /> },
  { id: 'where', header: 'Where', width: 'minmax(80px, 0.7fr)', cell: (event) => <Where event={event} /> },
]

/** To the millisecond today; with the day before it otherwise. */
function When({ timeNs }: { readonly timeNs: number }) {
  const isToday = new Date(timeNs / 1e6).toDateString() === new Date(useNow()).toDateString()
  return <Time ns={timeNs} as={isToday ? 'precise' : 'short'} inRow />
}

const Type = ({ event }: { readonly event: WholeEvent }) => (
  <span className={classes.type}>
    <Text value={event.type} oneLine />
    {isFailed(event) ? (
      <Badge tone="warning" tip="The call failed">
        failed
      </Badge>
    ) : null}
  </span>
)

/** The host, and the container on it. */
function Where({ event }: { readonly event: WholeEvent }) {
  const container = valueText(event.fields['container.name'] ?? event.fields['container.id'])
  const isHost = container === '' || container === 'host'
  return <Text value={isHost ? event.hostname : `${event.hostname} / ${container}`} oneLine />
}

function Field({ event, name }: { readonly event: WholeEvent; readonly name: string }) {
  const text = valueText(event.fields[name])
  return text === '' ? <span className={classes.none}>–</span> : <Text value={text} oneLine />
}

export const EventCard = ({ event }: { readonly event: WholeEvent }) => (
  <span className={classes.card}>
    <span className={classes.first}>
      <Type event={event} />
      <Text value={objectOf(event)} mono oneLine />
    </span>
    <span className={classes.facts}>
      <Field event={event} name="proc.name" />
      <Where event={event} />
      <Time ns={event.timeNs} as="ago" inRow />
    </span>
  </span>
)
