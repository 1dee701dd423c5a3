/** Where what the live stream brings goes in the caches: changed in place where it is known, asked for anew where an order or a count hangs on it. */
import type { QueryClient } from '@tanstack/react-query'
import type { ActionRecord } from '../../findings/action-record.ts'
import type { Incident } from '../../findings/incident.ts'
import type { SensorReport } from '../../findings/sensor-record.ts'
import type { LiveBatch } from './live.ts'
import { refresh } from './refresh.ts'

export function applyLiveBatch(client: QueryClient, batch: LiveBatch): void {
  // What nobody looks at is asked for when somebody does: a flood would fill the caches.
  for (const incident of batch.incidents) client.setQueryData<Incident>(['incidents', 'one', incident.id], (known) => known && incident)
  if (batch.incidents.length > 0) refresh(client, ['incidents', 'list'])
  for (const query of client.getQueryCache().findAll({ queryKey: ['incidents', 'case'], type: 'active' })) {
    const id = query.queryKey[2]
    if (typeof id === 'string' && batch.touched.has(id)) refresh(client, ['incidents', 'case', id])
  }
  for (const action of batch.actions) client.setQueryData<ActionRecord>(['actions', 'one', action.id], (known) => known && action)
  if (batch.actions.length > 0) refresh(client, ['actions', 'list'])
  if (batch.sensors.length > 0)
    client.setQueryData<readonly SensorReport[]>(['sensors', 'list'], (known) =>
      // Before the list has been there, some would pass for all.
      known === undefined ? undefined : mergeSensors(known, batch.sensors),
    )
  if (batch.rules) refresh(client, ['rules'])
}

/** Newest report of each host, in the order in which they were. */
function mergeSensors(known: readonly SensorReport[], came: readonly SensorReport[]): readonly SensorReport[] {
  const byHost = new Map(known.map((report) => [report.hostname, report]))
  for (const report of came) byHost.set(report.hostname, report)
  return [...byHost.values()]
}
