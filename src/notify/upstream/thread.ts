/** The spool's thread: all that blocks, files and the server, happens here, and never in the agent's own. */
import { parentPort, workerData } from 'node:worker_threads'
import { singleConnection } from '../../lib/http-module.ts'
import { chunksIn } from './chunks.ts'
import { countersIn } from './counters.ts'
import type { FromThread, SpoolSettings, ToThread } from './messages.ts'
import { post } from './post.ts'
import { createStoredStream, type StoredStream } from './stored-stream.ts'

const SENSOR_TIMEOUT_MS = 5000

const { folder, socketPath, hostname, maxBytes, counters: memory, chunks: chunkMemory } = workerData as SpoolSettings
const counters = countersIn(memory)
const chunks = chunksIn(chunkMemory)
const shared = { folder, socketPath, hostname, counters, say: (message: FromThread) => parentPort?.postMessage(message) }
const total = maxBytes.findings + maxBytes.history
/** The agent itself keeps history below its bound, so that it knows what was left out. */
const history: StoredStream = createStoredStream({ ...shared, stream: 'history', makeRoom: () => true })
const findings: StoredStream = createStoredStream({ ...shared, stream: 'findings', makeRoom: makeRoomForFindings })
const sensor = createLatestPost()

parentPort?.on('message', (message: ToThread) => {
  switch (message.kind) {
    case 'findings':
      findings.take(message.bytes, () => counters.add('findingsTaken', message.bytes.length))
      return
    case 'history':
      history.take(chunks.memoryOf(message.chunk).subarray(0, message.bytes), () => chunks.free(message.chunk))
      return
    case 'sensor':
      sensor(message.report)
      return
    case 'end':
      void end(message.timeoutMs)
      return
    default:
      message satisfies never
  }
})

/** History gives way, its oldest first. */
function makeRoomForFindings(bytes: number): boolean {
  if (bytes === Number.POSITIVE_INFINITY) return history.dropOldest() > 0
  while (findings.bytes() + history.bytes() + bytes > total) if (history.dropOldest() === 0) return false
  return true
}

/** Only the newest matters: while one is on its way, the others are dropped. */
function createLatestPost(): (report: string) => void {
  const agent = singleConnection()
  let busy = false
  return (report) => {
    if (busy) return
    busy = true
    const headers = { 'content-type': 'application/json' }
    const body = Buffer.from(report)
    void post({ socketPath, path: '/ingest/sensor', agent, headers, body, timeoutMs: SENSOR_TIMEOUT_MS })
      // A server that is away is said where findings are sent.
      .catch(() => {})
      .finally(() => {
        busy = false
      })
  }
}

async function end(timeoutMs: number): Promise<void> {
  await Promise.all([findings.end(timeoutMs), history.end(timeoutMs)])
  process.exit()
}
