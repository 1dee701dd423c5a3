/** Requests to one server over one connection that is kept. Redirects are not followed: they would carry secrets elsewhere. */
import type { Agent, IncomingMessage, RequestOptions } from 'node:http'
import type { TlsOptions } from '../tls.ts'

export interface HttpRequest {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer
  /** POST where it is not given. */
  readonly method?: string
  readonly signal: AbortSignal
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  /** Its beginning: what is longer than `maxAnswer` is cut. */
  readonly body: string
}

export interface HttpClient {
  /** Rejects when there is no answer: nobody listens, the certificate is wrong, the connection broke, or the signal said so. */
  readonly post: (request: HttpRequest) => Promise<HttpAnswer>
  readonly close: () => void
}

export interface HttpClientOptions {
  readonly tls: TlsOptions
  /** The proxy, if any, is what the variables of the environment say. */
  readonly proxy: boolean
  /** Characters of an answer that are kept. */
  readonly maxAnswer?: number
}

const MAX_ANSWER = 64 * 1024

/** Node's HTTP is loaded with the first request: most agents have no such output, and memory is dear there. */
export function createHttpClient({ tls, proxy, maxAnswer = MAX_ANSWER }: HttpClientOptions): HttpClient {
  let agent: Agent | undefined

  async function post(request: HttpRequest): Promise<HttpAnswer> {
    try {
      return await once(request)
    } catch (error) {
      // A server may close a kept connection at the moment in which it is used again: that says nothing about the server.
      if (!(error as { isStale?: boolean }).isStale || request.signal.aborted) throw error
      return await once(request)
    }
  }

  function once({ url, headers, body, method = 'POST', signal }: HttpRequest): Promise<HttpAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>()
    const module = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http')
    agent ??= new module.Agent({ keepAlive: true, maxSockets: 1, ...tls, ...(proxy && { proxyEnv: process.env }) })
    const bytes = typeof body === 'string' ? Buffer.from(body) : body
    const options: RequestOptions = {
      method,
      agent,
      signal,
      headers: { 'user-agent': 'tarsier', ...headers, 'content-length': bytes.length },
    }
    const asked = module.request(url, options, (response) => void read(response, maxAnswer).then(resolve, reject))
    asked.on('error', (error: NodeJS.ErrnoException) => {
      const isStale = asked.reusedSocket && error.code === 'ECONNRESET'
      reject(signal.aborted ? (signal.reason as Error) : Object.assign(new Error(wording(error)), { isStale }))
    })
    asked.end(bytes)
    return promise
  }

  return Object.freeze({ post, close: () => agent?.destroy() })
}

async function read(response: IncomingMessage, maxAnswer: number): Promise<HttpAnswer> {
  let body = ''
  response.setEncoding('utf8')
  for await (const chunk of response) if (body.length < maxAnswer) body += (chunk as string).slice(0, maxAnswer - body.length)
  return { status: response.statusCode ?? 0, headers: response.headers, body }
}

/** Several addresses that all fail are one error without words. */
function wording(error: NodeJS.ErrnoException): string {
  if (error.message !== '') return error.message
  return error instanceof AggregateError ? error.errors.map((one: Error) => one.message).join(', ') : (error.code ?? 'no connection')
}
