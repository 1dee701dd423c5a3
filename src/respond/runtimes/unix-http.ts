/** One question over HTTP/1.1 to a socket of this host, within bounds. */
import { request } from '../../lib/http-module.ts'

export interface UnixQuestion {
  readonly socket: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

export interface UnixAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** All that Docker tells of one container has some ten kilobytes. */
const MAX_ANSWER = 4 << 20

/** Rejects with an Error whose message is for people: no answer in time, an answer that is too large, a broken connection. */
export function askUnix({ socket, method, path, timeoutMs, signal }: UnixQuestion): Promise<UnixAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<UnixAnswer>()
  const late = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  // No body: `Content-Length: 0`, which some engines ask for. The engine checks no host, but wants one.
  const headers = { host: 'localhost', 'content-length': '0' }
  const asked = request({ socketPath: socket, method, path, headers, agent: false, signal: late }, (answer) => {
    const chunks: Buffer[] = []
    let size = 0
    answer.on('data', (chunk: Buffer) => {
      size += chunk.length
      chunks.push(chunk)
      if (size > MAX_ANSWER) asked.destroy(new Error(`its answer is larger than ${MAX_ANSWER} bytes`))
    })
    answer.on('error', (error) => reject(inWords(error)))
    answer.on('end', () =>
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString('utf8') }),
    )
  })
  const inWords = (error: Error): Error => (late.aborted ? new Error(`it did not answer within ${timeoutMs} ms`) : error)
  asked.on('error', (error) => reject(inWords(error)))
  asked.end()
  return promise
}
