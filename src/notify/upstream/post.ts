/** One request to the server, over its Unix socket. */
import type { Agent } from 'node:http'
import { request } from '../../lib/http-module.ts'

export interface Post {
  readonly socketPath: string
  readonly path: string
  readonly agent: Agent
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** Without any sign of life for so long it is given up. */
  readonly timeoutMs: number
}

export interface Answer {
  readonly status: number
  readonly body: string
}

/** What a server of ours answers is short. */
const MAX_ANSWER = 64 * 1024

/** Rejects when there is no answer: nobody listens, the connection broke, or it took too long. */
export function post({ socketPath, path, agent, headers, body, timeoutMs }: Post): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const asked = request({ socketPath, path, agent, method: 'POST', headers: { ...headers, 'content-length': body.length } }, (response) => {
    let text = ''
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => {
      text += chunk
      if (text.length > MAX_ANSWER) asked.destroy(new Error('the answer is too long'))
    })
    response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
    response.on('error', reject)
  })
  asked.on('error', reject)
  asked.setTimeout(timeoutMs, () => asked.destroy(new Error('the server does not answer')))
  asked.end(body)
  return promise
}
