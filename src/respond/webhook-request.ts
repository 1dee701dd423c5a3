/** One POST over HTTP(S), within bounds. Redirections are answers like others: a signed body goes nowhere else. */
import { request as overHttp } from '../lib/http-module.ts'

export interface WebhookRequest {
  readonly url: URL
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  /** PEM of an authority of one's own. */
  readonly ca: Buffer | undefined
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

export interface WebhookAnswer {
  readonly status: number
  /** Its beginning. */
  readonly text: string
}

const KEPT_BYTES = 2_000
/** Beyond this nothing is read any more. */
const MAX_BYTES = 1 << 20

/** Rejects with an Error for people. */
export async function post({ url, body, headers, ca, timeoutMs, signal }: WebhookRequest): Promise<WebhookAnswer> {
  const send = url.protocol === 'https:' ? (await import('node:https')).request : overHttp
  const late = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  const { promise, resolve, reject } = Promise.withResolvers<WebhookAnswer>()
  const fail = (error: Error): void => reject(late.aborted ? new Error(`no answer within ${timeoutMs} ms`) : error)
  const options = {
    method: 'POST',
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    agent: false,
    signal: late,
    ...(ca && { ca }),
  } as const
  const asked = send(url, options, (answer) => {
    let text = ''
    let size = 0
    answer.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (text.length < KEPT_BYTES) text = (text + chunk.toString('utf8')).slice(0, KEPT_BYTES)
      if (size > MAX_BYTES) asked.destroy(new Error(`the answer is larger than ${MAX_BYTES} bytes`))
    })
    answer.on('error', fail)
    answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
  })
  asked.on('error', fail)
  asked.end(body)
  return promise
}
