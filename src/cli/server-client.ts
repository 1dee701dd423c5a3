/** Asks a server over its API, as any program does. What it answers is anybody's text: it is escaped where it is shown. */
import { readFileSync } from 'node:fs'
import { AppError } from '../lib/app-error.ts'
import { lastServerAddress } from '../lib/server-address.ts'
import { ADDRESS, serverOrigin } from './client-options.ts'
import type { CommandContext } from './context.ts'
import { stateFolder } from './store-options.ts'

export interface ServerChoice {
  readonly server: string | undefined
  readonly tokenFile: string | undefined
}

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

/** Paths are below /api. All throw AppError SERVER_UNREACHABLE, SERVER_TOKEN, SERVER_REFUSED. */
export interface ServerClient {
  readonly get: <T>(path: string, query?: Query) => Promise<T>
  readonly post: <T>(path: string, body: object) => Promise<T>
  readonly patch: <T>(path: string, body: object) => Promise<T>
  readonly put: <T>(path: string, body: object) => Promise<T>
  /** `T`: what is left, where the path says so. */
  readonly remove: <T = void>(path: string) => Promise<T>
  /** Page after page of a list, until there are `limit` items. */
  readonly list: <T>(path: string, query: Query, limit: number) => AsyncIterable<T>
}

const TIMEOUT_MS = 60_000
const MAX_BYTES = 64 * 1024 * 1024
const PAGE = 500
/** Of some thousand events each, where a condition is tried event by event. */
const MOST_PAGES = 10_000

/** Throws AppError FILE_UNREADABLE. */
export function connectServer(
  { server, tokenFile }: ServerChoice,
  { env, version }: Pick<CommandContext, 'env' | 'version'>,
): ServerClient {
  const url = server ?? addressIn(env.TARSIER_SERVER) ?? lastServerAddress(stateFolder(env)) ?? ADDRESS
  const token = checkedToken(tokenFile === undefined ? env.TARSIER_TOKEN || undefined : readToken(tokenFile))

  async function ask<T>(method: string, path: string, body?: object): Promise<T> {
    const headers = {
      'user-agent': `tarsier/${version}`,
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    }
    const answer = await reach(`${url}/api${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    const text = await textOf(answer, url)
    if (!answer.ok) throw refusal(answer.status, text, url)
    if (text === '' && method === 'DELETE') return undefined as T
    return objectOf(text, url) as T
  }

  async function reach(address: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(address, { ...init, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) })
    } catch (cause) {
      throw new AppError('SERVER_UNREACHABLE', { url, reason: reasonOf(cause) }, { cause })
    }
  }

  const get = <T>(path: string, query: Query = {}): Promise<T> => ask<T>('GET', path + queryText(query))

  async function* list<T>(path: string, query: Query, limit: number): AsyncGenerator<T> {
    let left = limit
    let cursor: string | undefined
    // A page may be empty and not the last: history is looked through piece by piece.
    for (let pages = 0; left > 0 && pages < MOST_PAGES; pages++) {
      const page = await get<{ readonly items?: readonly T[]; readonly next?: string }>(path, {
        ...query,
        limit: Math.min(left, PAGE),
        cursor,
      })
      if (!Array.isArray(page.items)) throw noTarsier(url)
      yield* page.items
      left -= page.items.length
      if (typeof page.next !== 'string' || page.next === cursor) return
      cursor = page.next
    }
  }

  return Object.freeze({
    get,
    list,
    post: <T>(path: string, body: object) => ask<T>('POST', path, body),
    patch: <T>(path: string, body: object) => ask<T>('PATCH', path, body),
    put: <T>(path: string, body: object) => ask<T>('PUT', path, body),
    remove: <T = void>(path: string) => ask<T>('DELETE', path),
  })
}

function readToken(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new AppError('FILE_UNREADABLE', { path, reason: (cause as Error).message }, { cause })
  }
}

/** What fetch says of a failure is in its cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error
  return cause instanceof Error && cause.message !== '' ? cause.message : message
}

function queryText(query: Query): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) for (const one of [value].flat()) parameters.append(name, String(one))
  }
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}

/** At most so much: a server that is none could send without end. */
async function textOf(answer: Response, url: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of answer.body ?? []) {
      bytes += chunk.length
      if (bytes > MAX_BYTES) throw new Error(`more than ${MAX_BYTES} bytes`)
      chunks.push(chunk)
    }
  } catch (cause) {
    throw new AppError('SERVER_UNREACHABLE', { url, reason: reasonOf(cause) }, { cause })
  }
  return Buffer.concat(chunks).toString('utf8')
}

function objectOf(text: string, url: string): object {
  try {
    const value = JSON.parse(text) as unknown
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // told below: whatever it is, it is no answer of ours
  }
  throw noTarsier(url)
}

const noTarsier = (url: string): AppError => new AppError('SERVER_UNREACHABLE', { url, reason: 'what answers is no Tarsier' })

/** Throws AppError SERVER_ADDRESS. */
function addressIn(given: string | undefined): string | undefined {
  if (given === undefined || given === '') return undefined
  const origin = serverOrigin(given)
  if (origin === undefined) throw new AppError('SERVER_ADDRESS', { address: given })
  return origin
}

/** What is no token is not sent, and not shown either. Throws AppError SERVER_TOKEN_FORM. */
function checkedToken(given: string | undefined): string | undefined {
  const token = given?.trim()
  if (token === undefined) return undefined
  if (!/^[\w-]{1,200}$/.test(token)) throw new AppError('SERVER_TOKEN_FORM', {})
  return token
}

interface Problem {
  readonly code?: unknown
  readonly detail?: unknown
  readonly fix?: unknown
  readonly diagnostics?: readonly { readonly message: string; readonly line: number; readonly column: number }[]
}

function refusal(status: number, text: string, url: string): AppError {
  if (status === 401) return new AppError('SERVER_TOKEN', { url })
  const problem = problemIn(text)
  const places = (problem.diagnostics ?? []).map(({ message, line, column }) => `; ${line}:${column}: ${message}`).join('')
  const detail = `${typeof problem.detail === 'string' ? problem.detail : `it answers ${status}`}${places}`
  return new AppError('SERVER_REFUSED', {
    detail,
    code: typeof problem.code === 'string' ? problem.code : String(status),
    fix: typeof problem.fix === 'string' ? problem.fix : `See ${url}/api/reference.`,
  })
}

function problemIn(text: string): Problem {
  try {
    const problem = JSON.parse(text) as Problem | null
    return typeof problem === 'object' && problem !== null ? problem : {}
  } catch {
    return {} // told by its status alone
  }
}
