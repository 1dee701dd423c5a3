import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Copy } from 'lucide-react'
import type { WholeEvent } from '../../../store/history-store.ts'
import { eventQuery } from '../../api/events.ts'
import { copyText } from '../../app/clipboard.ts'
import { eventsPath, processPath } from '../../app/paths.ts'
import { toastError } from '../../app/toasts.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { Drawer } from '../../components/dialog.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { SkeletonLines } from '../../components/skeleton.tsx'
import { Text } from '../../components/text.tsx'
import { Time } from '../../components/time.tsx'
import classes from './event-drawer.module.css'
import { EventFieldGroup } from './event-field-group.tsx'
import { isFailed, objectOf } from './event-text.ts'
import { fieldGroups } from './field-groups.ts'
import { type EventName, eventNameText } from './use-events.ts'

export interface EventDrawerProps {
  readonly name: EventName
  /** Of the list: what is there need not be asked for. */
  readonly rows: readonly WholeEvent[]
  /** Makes it a part of the condition. */
  readonly onNarrow: (field: string, mode: 'is' | 'not', value: string) => void
  readonly onClose: () => void
}

/** All that is known of an event, beside the list. */
export function EventDrawer({ name, rows, onNarrow, onClose }: EventDrawerProps) {
  const text = eventNameText(name)
  const row = rows.find((one) => eventNameText(one) === text)
  const asked = useQuery({ ...eventQuery(name.hostname, name.id), enabled: row === undefined })
  const event = row ?? asked.data
  return (
    <Drawer isOpen onClose={onClose} title={event?.type ?? 'Event'} detail={event === undefined ? undefined : event.kind}>
      {event === undefined ? (
        asked.isError ? (
          <ErrorState error={asked.error} onRetry={asked.refetch} />
        ) : (
          <SkeletonLines lines={12} />
        )
      ) : (
        <EventDetail event={event} onNarrow={onNarrow} />
      )}
    </Drawer>
  )
}

function EventDetail({ event, onNarrow }: { readonly event: WholeEvent; readonly onNarrow: EventDrawerProps['onNarrow'] }) {
  return (
    <div className={classes.detail}>
      <div className={classes.head}>
        <p className={classes.facts}>
          <Time ns={event.timeNs} as="full" />
          <Text value={event.hostname} />
          {isFailed(event) ? <Badge tone="warning">failed</Badge> : null}
        </p>
        <p className={classes.object}>
          <Text value={objectOf(event)} mono />
        </p>
        <Ways event={event} />
      </div>
      {fieldGroups(event.fields).map((group) => (
        <EventFieldGroup key={group.title} group={group} onNarrow={onNarrow} />
      ))}
    </div>
  )
}

const MINUTE_NS = 60e9

/** From here to its process, to what happened around it, and out of the console. */
function Ways({ event }: { readonly event: WholeEvent }) {
  const { hostname, processKey, timeNs } = event
  const isoOf = (ns: number): string => new Date(ns / 1e6).toISOString()
  const around = { from: isoOf(timeNs - MINUTE_NS), to: isoOf(timeNs + MINUTE_NS), host: [hostname] }
  return (
    <p className={classes.ways}>
      {typeof processKey === 'string' ? (
        <>
          <Link to={processPath(hostname, processKey) as string}>Its process</Link>
          <Link to={eventsPath({ host: [hostname], process: processKey }) as string}>All of this process</Link>
        </>
      ) : null}
      <Link to={eventsPath(around) as string}>The minutes around it on this host</Link>
      <Button small icon={Copy} onClick={() => void copyText(JSON.stringify(event, null, 2)).catch(toastError)}>
        Copy as JSON
      </Button>
    </p>
  )
}
