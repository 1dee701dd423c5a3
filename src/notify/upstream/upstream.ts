/**
 * The agent's link to a server. Findings, history and the state of the sensor go as texts to a thread, which keeps them on the disk until
 * the server has them: a server that is slow, dead or stopped costs the agent nothing.
 */
import type { ActionRecord } from '../../findings/action-record.ts'
import type { Finding } from '../../findings/finding.ts'
import type { SensorReport } from '../../findings/sensor-record.ts'
import type { UpstreamStream } from '../../findings/upstream.ts'
import type { Log } from '../../lib/log.ts'
import { chunksIn, newChunkMemory } from './chunks.ts'
import { countersIn, newCounterMemory } from './counters.ts'
import { createHistoryOutbox } from './history-outbox.ts'
import { type Batch, createLineBuffer } from './line-buffer.ts'
import { createOutbox } from './outbox.ts'
import { keepSpoolThread } from './spool-thread.ts'

export interface UpstreamOptions {
  /** Where lines are kept: a folder for each stream below it. */
  readonly folder: string
  readonly socketPath: string
  readonly hostname: string
  /** What may wait on the disk. Findings may take the room of history. */
  readonly maxBytes: Readonly<Record<UpstreamStream, number>>
  readonly log: Log
  /** History was lost: what it told of processes has to be told again. */
  readonly onHistoryLost: () => void
}

export interface Upstream {
  readonly finding: (finding: Finding) => void
  /** As safe as findings are, and in one order with them. */
  readonly action: (record: ActionRecord) => void
  /** A HistoryLine without its number: what stands behind `{"seq":1,`. */
  readonly history: (line: string) => void
  /** Not kept: the newest is sent when the server can be reached. */
  readonly sensor: (report: SensorReport) => void
  readonly stats: () => Readonly<Record<UpstreamStream, StreamStats>> & { readonly diskFails: boolean }
  /** Sends what can be sent in the time; the rest waits on the disk for the next run. */
  readonly close: (timeoutMs: number) => Promise<void>
}

export interface StreamStats {
  /** Lines that the server has not acknowledged. */
  readonly waiting: number
  /** On the disk. */
  readonly bytes: number
  /** Lines given up since the start: no room, damaged, or refused by the server. */
  readonly lost: number
  readonly sent: number
}

/** To hand a batch over costs some hundred µs: history can wait a little. */
const FLUSH_MS = { findings: 100, history: 250 }
/** Findings that may be in memory while the disk takes nothing. For history there are the chunks. */
const MAX_HELD = 32 * 1024 * 1024

export function openUpstream({ folder, socketPath, hostname, maxBytes, log, onHistoryLost }: UpstreamOptions): Upstream {
  const [countMemory, chunkMemory] = [newCounterMemory(), newChunkMemory()]
  const counters = countersIn(countMemory)
  const findings = createLineBuffer()
  const held = createOutbox()
  let findingsLost = 0
  const timers: Partial<Record<UpstreamStream, NodeJS.Timeout>> = {}
  const settings = { folder, socketPath, hostname, maxBytes, counters: countMemory, chunks: chunkMemory }
  const thread = keepSpoolThread({ settings, log, onDeath })
  const history = createHistoryOutbox({
    chunks: chunksIn(chunkMemory),
    post: (chunk, bytes) => thread.post({ kind: 'history', chunk, bytes }),
    room: roomForHistory,
    lostThere: () => counters.get('historyLost'),
    onLost: onHistoryLost,
  })

  function gather(stream: UpstreamStream, flush: () => void): void {
    timers[stream] ??= setTimeout(() => {
      delete timers[stream]
      flush()
    }, FLUSH_MS[stream])
  }

  function keep(line: string): void {
    findings.add(line)
    gather('findings', flushFindings)
  }

  function flushFindings(): void {
    const batch = findings.collect()
    if (batch !== undefined) hand(batch)
  }

  /** They are kept here until they are on the disk. */
  function hand(batch: Batch): void {
    if (held.held(counters.get('findingsTaken')) + batch.bytes.length > MAX_HELD) {
      findingsLost += batch.lines
      return
    }
    held.sent(batch, batch.bytes.length)
    const bytes = batch.bytes.slice()
    thread.post({ kind: 'findings', bytes }, [bytes.buffer])
  }

  /** It gives way to findings; how many of these the disk may hold is the thread's to say. */
  function roomForHistory(): number {
    const most = Math.min(maxBytes.history, maxBytes.findings + maxBytes.history - counters.get('findingsBytes'))
    return most - counters.get('historyBytes')
  }

  /** What the thread had in its memory: findings are given to the next one. */
  function onDeath(): void {
    history.reclaim()
    for (const batch of held.reclaim(counters.get('findingsTaken'))) hand(batch)
  }

  const statsOf = (stream: UpstreamStream): StreamStats => ({
    waiting: counters.get(`${stream}Waiting`),
    bytes: counters.get(`${stream}Bytes`),
    lost: counters.get(`${stream}Lost`) + (stream === 'findings' ? findingsLost : history.lost()),
    sent: counters.get(`${stream}Sent`),
  })

  return Object.freeze({
    finding: (finding: Finding) => keep(`"finding":${JSON.stringify(finding)}}`),
    action: (record: ActionRecord) => keep(`"action":${JSON.stringify(record)}}`),
    history: (line: string) => {
      history.add(line)
      gather('history', history.flush)
    },
    sensor: (report: SensorReport) => thread.post({ kind: 'sensor', report: JSON.stringify(report) }),
    stats: () => ({ findings: statsOf('findings'), history: statsOf('history'), diskFails: counters.get('diskFails') === 1 }),
    close: (timeoutMs: number) => {
      for (const timer of Object.values(timers)) clearTimeout(timer)
      flushFindings()
      history.flush()
      return thread.end(timeoutMs)
    },
  })
}
