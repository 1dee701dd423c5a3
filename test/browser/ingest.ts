/** An agent's side of the socket, for tests that are agents themselves: numbers the lines of one spool, and waits until they are safe. */
import { randomUUID } from 'node:crypto'
import { request } from 'node:http'
import type { ActionRecord } from '../../src/findings/action-record.ts'
import type { Finding } from '../../src/findings/finding.ts'
import type { HistoryEvent } from '../../src/findings/history-event.ts'
import type { ProcessRecord } from '../../src/findings/process-record.ts'
import type { SensorReport } from '../../src/findings/sensor-record.ts'
import { UPSTREAM_HEADERS, type UpstreamStream } from '../../src/findings/upstream.ts'
import type { ResponseOrder } from '../../src/respond/order.ts'

export interface Ingest {
  readonly findings: (findings: readonly Finding[]) => Promise<void>
  readonly actions: (actions: readonly ActionRecord[]) => Promise<void>
  /** Waits for what people ask of this agent. */
  readonly orders: () => Promise<readonly ResponseOrder[]>
  readonly history: (lines: readonly ({ readonly process: ProcessRecord } | { readonly event: HistoryEvent })[]) => Promise<void>
  readonly sensor: (report: SensorReport) => Promise<void>
}

export function connectIngest(socketPath: string, hostname: string): Ingest {
  const spool = randomUUID()
  const sent: Record<UpstreamStream, number> = { findings: 0, history: 0 }

  async function send(stream: UpstreamStream, lines: readonly object[]): Promise<void> {
    const first = sent[stream] + 1
    sent[stream] += lines.length
    const body = lines.map((line, index) => `${JSON.stringify({ seq: first + index, ...line })}\n`).join('')
    await post(socketPath, `/ingest/${stream}`, body, {
      [UPSTREAM_HEADERS.spool]: spool,
      [UPSTREAM_HEADERS.hostname]: hostname,
      [UPSTREAM_HEADERS.first]: String(first),
    })
  }

  return {
    findings: (findings) =>
      send(
        'findings',
        findings.map((finding) => ({ finding })),
      ),
    actions: (actions) =>
      send(
        'findings',
        actions.map((action) => ({ action })),
      ),
    orders: async () => {
      const { orders } = JSON.parse(
        await ask(socketPath, { path: '/orders', method: 'GET', body: '' }, { [UPSTREAM_HEADERS.hostname]: hostname }),
      ) as {
        readonly orders: readonly ResponseOrder[]
      }
      return orders
    },
    history: (lines) => send('history', lines),
    sensor: (report) => post(socketPath, '/ingest/sensor', JSON.stringify(report), { [UPSTREAM_HEADERS.hostname]: hostname }),
  }
}

async function post(socketPath: string, path: string, body: string, headers: Readonly<Record<string, string>>): Promise<void> {
  await ask(socketPath, { path, method: 'POST', body }, headers)
}

interface Asked {
  readonly path: string
  readonly method: string
  readonly body: string
}

function ask(socketPath: string, { path, method, body }: Asked, headers: Readonly<Record<string, string>>): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const asked = request({ socketPath, path, method, headers: { ...headers, 'content-length': Buffer.byteLength(body) } }, (answer) => {
    const chunks: Buffer[] = []
    answer.on('data', (chunk: Buffer) => chunks.push(chunk))
    answer.on('end', () => {
      if (answer.statusCode === 200 || answer.statusCode === 204) resolve(Buffer.concat(chunks).toString('utf8'))
      else reject(new Error(`${path} answered ${answer.statusCode}: ${Buffer.concat(chunks).toString('utf8')}`))
    })
    answer.on('error', reject)
  })
  asked.on('error', reject)
  asked.end(body)
  return promise
}
