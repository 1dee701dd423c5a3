/** The one place that speaks HTTP. Below it stand one file per resource, with what react-query needs to know of it. */
import { ProblemError, readProblem, UNREACHABLE } from './problem.ts'

export type QueryValue = string | number | boolean | readonly string[] | undefined
export type Query = Readonly<Record<string, QueryValue>>

let csrfToken: string | undefined

/** From the session: every request that changes something carries it. */
export function setCsrfToken(token: string | undefined): void {
  csrfToken = token
}

/** `GET /api<path>`. Undefined values of the query are left out, lists are repeated keys. Throws ProblemError. */
export function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return request<T>('GET', `${path}${queryText(query)}`, undefined, signal)
}

/** The others. Answers undefined where the server has nothing to say. Throws ProblemError. */
export function send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T> {
  return request<T>(method, path, body)
}

/** `?a=1&b=2`, or nothing. */
export function queryText(query: Query): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === '') continue
    for (const one of Array.isArray(value) ? value : [value]) parameters.append(name, String(one))
  }
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}

async function request<T>(method: string, path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (method !== 'GET' && csrfToken !== undefined) headers['x-csrf-token'] = csrfToken
  const answer = await fetch(`/api${path}`, {
    method,
    headers,
    credentials: 'same-origin',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((cause: unknown) => {
    if (signal?.aborted) throw cause
    throw new ProblemError(UNREACHABLE)
  })
  const read = answer.status === 204 ? undefined : await readJson(answer)
  if (!answer.ok) throw new ProblemError(readProblem(answer.status, read))
  return read as T
}

/** Undefined for what is not JSON; a success that cannot be read is a problem of its own. */
async function readJson(answer: Response): Promise<unknown> {
  const text = await answer.text()
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    if (!answer.ok) return undefined
    throw new ProblemError(readProblem(answer.status, { code: 'UNREADABLE', title: 'The answer of the server cannot be read' }))
  }
}
