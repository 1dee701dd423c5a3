/** Takes what agents send into the store: each line once, in order, and what belongs together in one write. */

import type { LiveHub } from '../../api/services.ts'
import { groupIncidents } from '../../correlate/incidents.ts'
import type { ActionRecord } from '../../findings/action-record.ts'
import type { Finding } from '../../findings/finding.ts'
import type { HistoryEvent } from '../../findings/history-event.ts'
import type { Incident } from '../../findings/incident.ts'
import type { SensorPoint, SensorReport } from '../../findings/sensor-record.ts'
import type { Log } from '../../lib/log.ts'
import type { Store } from '../../store/store.ts'
import { actionOf, eventOf, exitOf, findingOf, gapOf, type IncomingLine, processOf, readIncoming } from './incoming-lines.ts'
import { createSensorPoints } from './sensor-points.ts'

export interface Batch {
  readonly spool: string
  readonly hostname: string
  /** Number of the first line. */
  readonly first: number
  /** One JSON object per line. */
  readonly body: string
}

export interface IntakeOptions {
  readonly store: Store
  readonly hub: Pick<LiveHub, 'publish'>
  readonly log: Log
  /** Another text each time. */
  readonly newId: () => string
}

export interface IntakeCounts {
  readonly findings: number
  readonly events: number
  /** Lines that are of no known form. */
  readonly broken: number
  /** Lines of history that agents left out for want of room. */
  readonly gaps: number
}

export interface Intake {
  /** Returns the number up to which all is safe. Throws AppError STORE_*. */
  readonly findings: (batch: Batch) => number
  readonly history: (batch: Batch) => Promise<number>
  readonly sensor: (report: SensorReport) => void
  readonly counts: () => IntakeCounts
}

export function createIntake({ store, hub, log, newId }: IntakeOptions): Intake {
  const counts = { findings: 0, events: 0, broken: 0, gaps: 0 }
  const points = createSensorPoints()

  /** Lines that have not been taken yet. */
  function fresh({ body, first, hostname }: Batch, position: number): { readonly lines: readonly IncomingLine[]; readonly last: number } {
    const { lines, broken, last } = readIncoming(body, first)
    if (broken > 0) tellBroken(broken, hostname)
    return { lines: lines.filter(({ seq }) => seq > position), last: Math.max(last, position) }
  }

  function tellBroken(broken: number, hostname: string): void {
    counts.broken += broken
    log.warning('lines of an agent could not be read and are left out', { lines: broken, host: hostname, in_all: counts.broken })
  }

  /** What `read` makes of the lines; those of which it makes nothing are told. */
  function readEach<T>(lines: readonly IncomingLine[], hostname: string, read: (line: IncomingLine) => T | undefined): T[] {
    const found = lines.flatMap((line) => read(line) ?? [])
    if (found.length < lines.length) tellBroken(lines.length - found.length, hostname)
    return found as T[]
  }

  function findings(batch: Batch): number {
    const position = store.state.position('findings', batch.spool)
    const { lines, last } = fresh(batch, position)
    if (last <= position) return position
    const read = readEach(lines, batch.hostname, ({ value }) => {
      const [finding, action] = [findingOf(value), actionOf(value)]
      return finding || action ? { finding, action } : undefined
    })
    const taken = read.flatMap(({ finding }) => finding ?? [])
    const groups = groupIncidents({ find: store.state.incidents.withKeys, newId })
    const grouped = taken.map((finding) => ({ finding, incidentId: groups.take(finding)?.incident.id }))
    const incidents = groups.changed()
    const actions = read.flatMap(({ action }) => (action === undefined ? [] : withIncident(action, grouped)))
    // Before the position is noted: what is told again after a crash is put again.
    for (const action of actions) store.state.actions.put(action)
    store.state.writeFindings({ spool: batch.spool, seq: last, findings: grouped, incidents })
    counts.findings += taken.length
    for (const { finding, incidentId } of grouped) hub.publish({ kind: 'finding', finding: { ...finding, incidentId, excepted: false } })
    for (const incident of incidents) hub.publish({ kind: 'incident', incident: asStored(incident) })
    for (const action of actions) hub.publish({ kind: 'action', action })
    return last
  }

  /** The agent knows nothing of incidents; one that a person gave stays. */
  function withIncident(
    action: ActionRecord,
    grouped: readonly { readonly finding: Finding; readonly incidentId: string | undefined }[],
  ): ActionRecord {
    const { findingId } = action
    if (action.incidentId !== undefined || findingId === undefined) return action
    const here = grouped.find(({ finding }) => finding.id === findingId)
    return { ...action, incidentId: (here ?? store.state.findings.get(findingId))?.incidentId }
  }

  /** State and assignee are people's. */
  const asStored = (incident: Incident): Incident => store.state.incidents.get(incident.id) ?? incident

  async function history(batch: Batch): Promise<number> {
    const position = store.history.position(batch.spool)
    const { lines, last } = fresh(batch, position)
    if (last <= position) return position
    const read = readEach(lines, batch.hostname, (line) => historyLine(line, batch))
    store.state.processes.write(
      read.flatMap((one) => one.process ?? []),
      read.flatMap((one) => one.exit ?? []),
    )
    const events = read.flatMap((one) => one.event ?? [])
    await store.history.append({ spool: batch.spool, seq: last, events })
    counts.events += events.length
    return last
  }

  function historyLine({ seq, value }: IncomingLine, { spool, hostname }: Batch) {
    const [process, exit, event, gap] = [processOf(value), exitOf(value), eventOf(value), gapOf(value)]
    if (gap === undefined) return process || exit || event ? { process, exit, event } : undefined
    counts.gaps += gap.count
    return { process, exit, event: gapEvent(`gap-${spool}-${seq}`, hostname, gap) }
  }

  function sensor(report: SensorReport): void {
    const point: SensorPoint | undefined = points.of(report)
    store.state.sensors.report(report, point)
    hub.publish({ kind: 'sensor', sensor: report })
  }

  return Object.freeze({ findings, history, sensor, counts: () => ({ ...counts }) })
}

/** A hole in history is an event, so that whoever looks at the time sees it. */
function gapEvent(id: string, hostname: string, { count, timeNs }: { readonly count: number; readonly timeNs: number }): HistoryEvent {
  const fields = { 'evt.count': count }
  return { id, hostname, timeNs, kind: 'tarsier.gap', type: 'gap', processId: undefined, processKey: undefined, fields }
}
