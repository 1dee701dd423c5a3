/** The socket at which agents of this host hand over what they have: a file that only its owner opens. */
import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { dirname } from 'node:path'
import type { SensorReport } from '../../findings/sensor-record.ts'
import { ORDERS_WAIT_MS, type OrdersAnswer, UPSTREAM_HEADERS, type UpstreamAnswer } from '../../findings/upstream.ts'
import { AppError } from '../../lib/app-error.ts'
import type { Log } from '../../lib/log.ts'
import type { Batch, Intake } from './intake.ts'
import type { OrderDesk } from './orders.ts'

export interface IngestOptions {
  readonly socketPath: string
  readonly intake: Intake
  /** What people ask of agents. */
  readonly orders: OrderDesk
  readonly log: Log
}

export interface Ingest {
  /** Takes no more; resolves when what is under way is done. */
  readonly close: () => Promise<void>
}

const MAX_BODY = 8 * 1024 * 1024
const MAX_CONNECTIONS = 32
const REQUEST_TIMEOUT_MS = 60_000

interface Reply {
  readonly status: number
  readonly body: object
}

/** Throws AppError FILE_UNWRITABLE where the socket cannot be made. */
export async function openIngest({ socketPath, intake, orders, log }: IngestOptions): Promise<Ingest> {
  const busy = new Set<Promise<void>>()
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    const work = answer(request, response)
    busy.add(work)
    void work.finally(() => busy.delete(work))
  })
  server.maxConnections = MAX_CONNECTIONS
  /** Batches of one agent come one after another; those of several must not mix, either. */
  let last: Promise<unknown> = Promise.resolve()

  /** Ends the waiting of agents for orders. */
  const closing = new AbortController()

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request)
    const asksOrders = request.method === 'GET' && request.url === '/orders'
    const { status, body: object } =
      body === undefined
        ? refusal(413, 'the body is too long')
        : asksOrders
          ? await giveOrders(request, response)
          : await reply(request, body)
    const text = JSON.stringify(object)
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    response.end(text)
  }

  async function giveOrders({ headers }: IncomingMessage, response: ServerResponse): Promise<Reply> {
    const host = headers[UPSTREAM_HEADERS.hostname]
    if (typeof host !== 'string' || host === '') return refusal(400, `it takes the header ${UPSTREAM_HEADERS.hostname}`)
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const given = await orders.take(host.slice(0, 256), ORDERS_WAIT_MS, AbortSignal.any([gone.signal, closing.signal]))
    return { status: 200, body: { orders: given } satisfies OrdersAnswer }
  }

  async function reply({ method, url = '', headers }: IncomingMessage, body: string): Promise<Reply> {
    if (method !== 'POST') return refusal(405, 'only POST')
    const take = takers[url]
    if (take === undefined) return refusal(404, 'nothing here')
    const turn = last.then(() => attempt(take, headers, body))
    last = turn
    return turn
  }

  async function attempt(take: Taker, headers: IncomingMessage['headers'], body: string): Promise<Reply> {
    try {
      return await take(headers, body)
    } catch (error) {
      const reason = (error as Error).message
      if (error instanceof AppError) return { status: 503, body: { code: error.code, detail: reason } }
      log.error('what an agent sent could not be taken because of a bug; it is sent again', { reason })
      return refusal(500, reason)
    }
  }

  const takers: Readonly<Record<string, Taker>> = {
    '/ingest/findings': (headers, body) => acknowledge(batchOf(headers, body), intake.findings),
    '/ingest/history': (headers, body) => acknowledge(batchOf(headers, body), intake.history),
    '/ingest/sensor': (_, body) => {
      const report = reportOf(body)
      if (report === undefined) return refusal(400, 'no report of a sensor')
      intake.sensor(report)
      return { status: 200, body: {} }
    },
  }

  await listen(server, socketPath)
  return Object.freeze({
    close: async () => {
      closing.abort()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      await Promise.all(busy)
      server.closeAllConnections()
      await closed
    },
  })
}

type Taker = (headers: IncomingMessage['headers'], body: string) => Reply | Promise<Reply>

const refusal = (status: number, detail: string): Reply => ({ status, body: { detail } })

async function acknowledge(batch: Batch | undefined, take: (batch: Batch) => number | Promise<number>): Promise<Reply> {
  if (batch === undefined) return refusal(400, `it takes the headers ${Object.values(UPSTREAM_HEADERS).join(', ')}`)
  return { status: 200, body: { acknowledged: await take(batch) } satisfies UpstreamAnswer }
}

function batchOf(headers: IncomingMessage['headers'], body: string): Batch | undefined {
  const [spool, host, first] = [UPSTREAM_HEADERS.spool, UPSTREAM_HEADERS.hostname, UPSTREAM_HEADERS.first].map((name) => headers[name])
  if (typeof spool !== 'string' || !/^[\w.-]{1,100}$/.test(spool) || typeof first !== 'string' || !/^[1-9]\d{0,14}$/.test(first))
    return undefined
  return { spool, hostname: typeof host === 'string' ? host.slice(0, 256) : '', first: Number(first), body }
}

/** What is read of a report at once must be there; the rest is shown as it is. */
function reportOf(body: string): SensorReport | undefined {
  try {
    const report = JSON.parse(body) as Partial<SensorReport> | null
    const numbers = [report?.timeNs, report?.startedNs, report?.totals?.kept, report?.totals?.filtered, report?.totals?.lost]
    const rest = [report?.totals?.findings, report?.cost?.cpuSeconds, report?.cost?.residentBytes]
    const isWhole = typeof report?.hostname === 'string' && [...numbers, ...rest].every((value) => Number.isFinite(value))
    return isWhole && Array.isArray(report?.losses) && Array.isArray(report?.degraded) ? (report as SensorReport) : undefined
  } catch {
    return undefined // refused by the caller
  }
}

/** Undefined when it is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes <= MAX_BODY) chunks.push(chunk)
    }
  } catch {
    return '' // the connection broke: nobody reads the answer
  }
  return bytes > MAX_BODY ? undefined : Buffer.concat(chunks).toString('utf8')
}

/** One server at a time has the store: a socket that lies there is of one that was killed. */
async function listen(server: Server, path: string): Promise<void> {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    chmodSync(dirname(path), 0o700)
    rmSync(path, { force: true })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(path, () => {
        server.off('error', reject)
        resolve()
      })
    })
    chmodSync(path, 0o600)
  } catch (cause) {
    throw new AppError('FILE_UNWRITABLE', { path, reason: (cause as Error).message }, { cause })
  }
}
