/** An HTTP server that only answers GET on a few fixed paths: bounded in connections, sizes and time, and deaf to web pages. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { createServer } from '../../lib/http-module.ts'

export interface Answer {
  readonly contentType: string
  readonly body: string
}

/** By path. What one of them throws is answered with 500. */
export type Answers = ReadonlyMap<string, (query: URLSearchParams) => Answer>

export interface AnswerServerOptions {
  readonly answers: Answers
  /**
   * Names of this server that a request may give in `Host`, in lower case and without port; undefined: any. A web page whose name
   * was made to lead to 127.0.0.1 gives another.
   */
  readonly hosts: ReadonlySet<string> | undefined
}

const MAX_CONNECTIONS = 16
const MAX_HEADER_BYTES = 8 * 1024
const MAX_HEADERS = 64
const REQUEST_TIMEOUT_MS = 5000
const IDLE_TIMEOUT_MS = 20_000
/** Equal questions within it get one answer: who asks in a loop does not make the agent work. */
const ANSWER_LIFE_MS = 200
/** More requests than this in a second, from all together, are made to wait, and refused then: the answers alone would take half a core. */
const MAX_PER_SECOND = 20
const PENALTY_MS = 1000

export function createAnswerServer(options: AnswerServerOptions): Server {
  const reply = replies(options)
  const open = new Set<Socket>()
  const busy = new Set<Socket>()
  const perSecond = allowance(MAX_PER_SECOND)
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: REQUEST_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: IDLE_TIMEOUT_MS,
      requireHostHeader: true,
    },
    (request, response) => {
      busy.add(request.socket)
      response.on('close', () => busy.delete(request.socket))
      if (perSecond()) answer(request, response, reply)
      else setTimeout(() => answer(request, response, () => TOO_MANY), PENALTY_MS).unref()
    },
  )
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    // Who only holds connections does not keep the others out.
    if (open.size > MAX_CONNECTIONS) ([...open].find((one) => !busy.has(one)) ?? socket).destroy()
  })
  server.maxHeadersCount = MAX_HEADERS
  server.setTimeout(IDLE_TIMEOUT_MS, (socket) => socket.destroy())
  return server
}

/** The last answer: one is enough, and nobody can make it many. */
interface Kept {
  readonly key: string
  readonly answer: Answer
  readonly untilMs: number
}

interface Reply {
  readonly status: number
  readonly answer: Answer
  readonly headers?: Readonly<Record<string, string>>
}

const refusal = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  answer: { contentType: 'text/plain; charset=utf-8', body: `${body}\n` },
  headers,
})

const TOO_MANY = refusal(429, `at most ${MAX_PER_SECOND} requests a second`, { Connection: 'close' })

/** True so many times in each second. */
function allowance(count: number): () => boolean {
  let second = 0
  let left = count
  return () => {
    const now = Math.floor(performance.now() / 1000)
    if (now !== second) left = count
    second = now
    return left-- > 0
  }
}

function replies({ answers, hosts }: AnswerServerOptions): (request: IncomingMessage) => Reply {
  let kept: Kept | undefined
  return ({ method, url = '', headers }) => {
    if (hosts !== undefined && !hosts.has(hostName(headers.host ?? ''))) return refusal(421, 'not a name of this server')
    if (method !== 'GET') return refusal(405, 'only GET', { Allow: 'GET' })
    const [path = '', query = ''] = url.split('?')
    const make = answers.get(path)
    if (make === undefined) return refusal(404, `nothing here; there are ${[...answers.keys()].join(', ')}`)
    if (query !== '' && hosts !== undefined) return refusal(400, 'no query here')
    const key = `${path}?${query}`
    if (kept?.key === key && kept.untilMs > performance.now()) return { status: 200, answer: kept.answer }
    const answer = make(new URLSearchParams(query))
    kept = { key, answer, untilMs: performance.now() + ANSWER_LIFE_MS }
    return { status: 200, answer }
  }
}

/** `LOCALHOST:9464` → `localhost`, `[::1]:9464` → `::1`. */
function hostName(host: string): string {
  const match = /^\[([^\]]+)\](?::\d+)?$|^([^:]+)(?::\d+)?$/.exec(host)
  return (match?.[1] ?? match?.[2] ?? '').toLowerCase()
}

function answer(request: IncomingMessage, response: ServerResponse, reply: (request: IncomingMessage) => Reply): void {
  request.on('error', () => response.destroy())
  const { status, answer, headers } = replyTo(request, reply)
  const body = Buffer.from(answer.body)
  response.writeHead(status, {
    'Content-Type': answer.contentType,
    'Content-Length': body.length,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    // A body that nobody reads would stand before the next request.
    ...(status === 200 && request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined
      ? {}
      : { Connection: 'close' }),
    ...headers,
  })
  response.end(body)
}

function replyTo(request: IncomingMessage, reply: (request: IncomingMessage) => Reply): Reply {
  try {
    return reply(request)
  } catch (error) {
    return refusal(500, `a bug in Tarsier: ${error instanceof Error ? error.message : String(error)}`)
  }
}
