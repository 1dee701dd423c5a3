/** The API for tests: the real one over a real store in a folder of its own, on a free port of loopback, with a clock that tests set. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Log } from '../lib/log.ts'
import type { Role, User } from '../store/access-store.ts'
import { openStore } from '../store/embedded.ts'
import { createSessions } from './access/sessions.ts'
import { createTokens } from './access/tokens.ts'
import { type ApiOptions, type OpenedApi, openApi } from './open-api.ts'
import { sampleServices } from './sample-services.ts'
import type { Services } from './services.ts'
import { DEFAULT_SETTINGS } from './settings/server-settings.ts'

export interface SampleApi extends OpenedApi {
  readonly services: Services
  readonly folder: string
  /** What the log was told, a line each. */
  readonly logged: readonly string[]
  /** Moves the clock of the server, in seconds; the time since the start does not follow. */
  readonly turnClock: (seconds: number) => void
  /** Lets time pass, for both. */
  readonly pass: (seconds: number) => void
  readonly addUser: (role: Role, facts?: Partial<User>) => User
  /** Somebody of that role with a session. */
  readonly logIn: (role: Role, user?: User) => Caller
  readonly withToken: (role: Role, user?: User) => Caller
  readonly nobody: Caller
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** What the text says as JSON; undefined where it is none. */
  readonly json: Readonly<Record<string, unknown>> | undefined
}

export interface Caller {
  readonly user: User | undefined
  /** With these every request comes. */
  readonly headers: Readonly<Record<string, string>>
  readonly ask: (method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answer>
}

const START_NS = 1_790_000_000_000_000_000

export async function openSampleApi(options: Partial<Omit<ApiOptions, 'services' | 'log' | 'uptimeMs'>> = {}): Promise<SampleApi> {
  const folder = mkdtempSync(join(tmpdir(), 'tarsier-api-'))
  const time = { nowNs: START_NS, uptimeMs: 0 }
  const nowNs = (): number => time.nowNs
  const store = await openStore({ folder: join(folder, 'store'), nowNs, historyMemoryBytes: 64 * 2 ** 20 })
  const logged: string[] = []
  const services = sampleServices({ store, nowNs })
  const opened = await openApi({
    services,
    listen: { host: '127.0.0.1', port: 0 },
    consoleFolder: join(folder, 'console'),
    backupFolder: join(folder, 'backups'),
    log: gatheringLog(logged),
    uptimeMs: () => time.uptimeMs,
    ...options,
  }).catch(async (error: unknown) => {
    await remove()
    throw error
  })

  async function remove(): Promise<void> {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  }

  const access = store.state.access
  const client = { address: '127.0.0.1', userAgent: 'test' }
  let users = 0

  function addUser(role: Role, facts: Partial<User> = {}): User {
    const name = `${role}-${++users}`
    const plain = { id: `user-${users}`, name, displayName: name, role, disabled: false, origin: 'local', subject: undefined }
    const user: User = { ...plain, createdNs: time.nowNs, lastLoginNs: undefined, ...facts }
    access.users.put(user)
    return user
  }

  function logIn(role: Role, user = addUser(role)): Caller {
    const times = options.settings?.session ?? DEFAULT_SETTINGS.session
    const { secret, session } = createSessions({ store: access.sessions, times, nowNs }).begin(user, client)
    const name = options.tls === undefined ? 'tarsier' : '__Host-tarsier'
    return callerOf(opened.address, user, { cookie: `${name}=${secret}`, 'x-csrf-token': session.csrfToken })
  }

  function withToken(role: Role, user = addUser(role)): Caller {
    const { secret } = createTokens(access.tokens, nowNs).make(user, { name: 'test', role, expiresDays: 30 })
    return callerOf(opened.address, user, { authorization: `Bearer ${secret}` })
  }

  return {
    ...opened,
    services,
    folder,
    logged,
    turnClock: (seconds) => {
      time.nowNs += seconds * 1e9
    },
    pass: (seconds) => {
      time.nowNs += seconds * 1e9
      time.uptimeMs += seconds * 1000
    },
    addUser,
    logIn,
    withToken,
    nobody: callerOf(opened.address, undefined, {}),
    close: async () => {
      await opened.close()
      await remove()
    },
  }
}

function gatheringLog(lines: string[]): Log {
  const at =
    (level: string) =>
    (message: string, facts: Readonly<Record<string, unknown>> = {}): void =>
      void lines.push(`${level}: ${message} ${JSON.stringify(facts)}`)
  return { debug: at('debug'), info: at('info'), warning: at('warning'), error: at('error') }
}

function callerOf(address: string, user: User | undefined, headers: Readonly<Record<string, string>>): Caller {
  const ask: Caller['ask'] = async (method, path, body, more = {}) => {
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const text = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }
    return readAnswer(await fetch(`${address}${path}`, { method, headers: { ...headers, ...type, ...more }, redirect: 'manual', ...text }))
  }
  return { user, headers, ask }
}

async function readAnswer(answer: Response): Promise<Answer> {
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, text, json: jsonOf(answer, text) }
}

function jsonOf({ headers }: Response, text: string): Answer['json'] {
  if (text === '' || !/^application\/(?:problem\+)?json/.test(headers.get('content-type') ?? '')) return undefined
  return JSON.parse(text)
}
