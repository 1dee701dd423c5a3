/** What history is told: each event that reaches the rules, and before it the state of its process where that is new. */
import type { AnyKernelEvent } from '../../events/event.ts'
import type { HostView } from '../../events/host-view.ts'
import { createEventText } from './event-text.ts'
import { createProcessStates } from './process-states.ts'

export interface HistoryOptions {
  readonly hostname: string
  /** Lines in a second, states of processes among them; what is beyond is left out and counted. */
  readonly maxPerSecond: number
  /** Takes a HistoryLine without its number: what stands behind `{"seq":1,`. */
  readonly write: (line: string) => void
}

export interface History {
  /** `wanted`: whether rules look at events of its type. Others only keep the processes up to date. */
  readonly onEvent: (event: AnyKernelEvent, wanted: boolean) => void
  /** Tells the processes of these pids that have done nothing yet. */
  readonly tellProcesses: (pids: Iterable<number>, host: HostView, timeNs: number) => void
  /** Tells what was left out, and the end of processes that went without an event. Call it now and then; `timeNs`: now, since 1970. */
  readonly sweep: (timeNs: number) => void
  /** Something of what was told was lost: every process is told anew before its next event. */
  readonly forget: () => void
  readonly stats: () => HistoryStats
}

export interface HistoryStats {
  readonly events: number
  /** States of processes. */
  readonly states: number
  /** Events left out, since there were more than maxPerSecond. */
  readonly left: number
}

export function createHistory({ hostname, maxPerSecond, write }: HistoryOptions): History {
  const count = { events: 0, states: 0, left: 0 }
  const eventText = createEventText(hostname)
  const states = createProcessStates({
    onState: (record) => {
      count.states++
      budget.used++
      write(`"process":${record}}`)
    },
    onExit: (exit) => write(`"exit":${exit}}`),
  })
  /** Of the second that the last event was in. */
  const budget = { second: 0, used: 0 }
  let untold = 0
  let host: HostView | undefined

  function onEvent(event: AnyKernelEvent, wanted: boolean): void {
    const { process, kind } = event
    if (process === undefined) return
    host = event.host
    if (kind === 'process.exec' || kind === 'process.rename') states.changed()
    if (wanted || kind === 'process.exec') tell(event, process)
    if (kind === 'process.exit') states.ended(event, process)
  }

  function tell(event: AnyKernelEvent, process: NonNullable<AnyKernelEvent['process']>): void {
    enterSecond(event.timeNs)
    if (budget.used >= maxPerSecond) {
      untold++
      return
    }
    const keys = states.of(event, process)
    budget.used++
    count.events++
    write(`"event":${eventText(event, keys)}}`)
  }

  function enterSecond(timeNs: number): void {
    const second = Math.floor(timeNs / 1e9)
    if (second === budget.second) return
    budget.second = second
    budget.used = 0
    tellGap(timeNs)
  }

  function tellGap(timeNs: number): void {
    if (untold === 0) return
    count.left += untold
    write(`"gap":${untold},"timeNs":${timeNs}}`)
    untold = 0
  }

  return Object.freeze({
    onEvent,
    tellProcesses: (pids: Iterable<number>, view: HostView, timeNs: number) => {
      for (const pid of pids) {
        const process = view.process(pid, 0)
        if (process !== undefined) states.tell(process, view, timeNs)
      }
    },
    sweep: (timeNs: number) => {
      tellGap(timeNs)
      if (host !== undefined) states.sweep(host, timeNs)
    },
    forget: () => {
      if (host !== undefined) states.forget(Date.now() * 1e6 - host.bootTimeNs)
    },
    stats: () => ({ ...count, left: count.left + untold }),
  })
}
