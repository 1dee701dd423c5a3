/** The agent's side of its server: what is found and seen is kept for it, and the server itself is kept running. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AnyKernelEvent } from '../../events/event.ts'
import type { HostView } from '../../events/host-view.ts'
import type { ActionRecord } from '../../findings/action-record.ts'
import type { Finding } from '../../findings/finding.ts'
import type { SensorReport } from '../../findings/sensor-record.ts'
import { AppError } from '../../lib/app-error.ts'
import type { Log } from '../../lib/log.ts'
import { takeOwnership } from '../../notify/upstream/owner.ts'
import { openUpstream } from '../../notify/upstream/upstream.ts'
import type { ResponseOrder } from '../../respond/order.ts'
import type { FlightRecorder } from '../flight-recorder.ts'
import { createHistory } from '../history/history.ts'
import type { UpstreamView } from '../metrics/agent-view.ts'
import { type Orders, pollOrders } from './orders.ts'
import { keepServer, type ServerProcess } from './server-process.ts'

export interface LinkSettings {
  /** The program that is the server, and its arguments; undefined when somebody else runs it. */
  readonly command: readonly string[] | undefined
  /** Lines of history in a second; undefined: no history. */
  readonly historyPerSecond: number | undefined
  /** What may wait on the disk. */
  readonly maxBytes: { readonly findings: number; readonly history: number }
}

export interface LinkOptions extends LinkSettings {
  /** The folder of what outlives a run. */
  readonly state: string
  readonly hostname: string
  readonly stderr: (lines: string) => void
  /** Keeps the last of what history is told; undefined: nobody does. */
  readonly recorder: FlightRecorder | undefined
  readonly log: Log
}

export interface ServerLink {
  readonly finding: (finding: Finding) => void
  readonly action: (record: ActionRecord) => void
  /** `wanted`: whether rules look at events of its type. */
  readonly onEvent: (event: AnyKernelEvent, wanted: boolean) => void
  readonly report: (report: SensorReport) => void
  /** Everything is watched: the server is started, and told of the processes that run; of a recording there is no need. */
  readonly begin: (host: HostView | undefined) => Promise<void>
  /** From now on what people ask for is fetched. */
  readonly takeOrders: (onOrder: (order: ResponseOrder) => void) => void
  /** Call it now and then; `timeNs`: now, since 1970. */
  readonly sweep: (timeNs: number) => void
  readonly view: () => UpstreamView
  /** What was found is sent, as far as the server takes it in its time, and the server ended. */
  readonly close: () => Promise<void>
}

const SEND_MS = 3000
const SERVER_END_MS = 5000
/** Told in one turn of the event loop. */
const PROCESSES_A_TURN = 100

/** Undefined, and said, where nothing can be kept: the agent watches all the same. */
export function openServerLink(options: LinkOptions): ServerLink | undefined {
  const folder = join(options.state, 'spool')
  try {
    return createLink(options, folder, takeOwnership(join(folder, 'owner')))
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    options.log.warning('nothing is kept for a server, and none is started', { reason: error.message, fix: error.fix })
    return undefined
  }
}

function createLink(options: LinkOptions, folder: string, letGo: () => void): ServerLink {
  const { state, hostname, command, historyPerSecond, maxBytes, stderr, recorder, log } = options
  const history =
    historyPerSecond === undefined ? undefined : createHistory({ hostname, maxPerSecond: historyPerSecond, write: tellHistory })
  function tellHistory(line: string): void {
    upstream.history(line)
    recorder?.line(`{${line}`)
  }
  const onHistoryLost = (): void => history?.forget()
  const socketPath = join(state, 'server', 'ingest.sock')
  const upstream = openUpstream({ folder, socketPath, hostname, maxBytes, log, onHistoryLost })
  let server: ServerProcess | undefined
  let closed = false
  let orders: Orders | undefined

  async function begin(host: HostView | undefined): Promise<void> {
    if (command !== undefined) server = keepServer({ command, print: stderr, log })
    if (host === undefined) return
    const pids = runningPids()
    for (let done = 0; done < pids.length && !closed; done += PROCESSES_A_TURN) {
      history?.tellProcesses(pids.slice(done, done + PROCESSES_A_TURN), host, Date.now() * 1e6)
      await nextTurn()
    }
  }

  return Object.freeze({
    finding: upstream.finding,
    action: upstream.action,
    onEvent: (event: AnyKernelEvent, wanted: boolean) => {
      // What the server does to keep an event would be one more event to keep, without end. Rules see it as they see anybody.
      if (event.record.pid === server?.pid()) return
      recorder?.begin(event)
      history?.onEvent(event, wanted)
    },
    report: upstream.sensor,
    begin,
    takeOrders: (onOrder: (order: ResponseOrder) => void) => {
      orders = pollOrders({ socketPath, hostname, onOrder, log })
    },
    sweep: (timeNs: number) => history?.sweep(timeNs),
    view: () => ({ ...upstream.stats(), events: history?.stats(), restarts: server?.restarts() }),
    close: async () => {
      closed = true
      orders?.close()
      await upstream.close(SEND_MS)
      await server?.end(SERVER_END_MS)
      letGo()
    },
  })
}

const runningPids = (): number[] => readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))
