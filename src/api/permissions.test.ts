import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROLES, type Role } from '../store/access-store.ts'
import { mayAs } from './access/roles.ts'
import { RESOURCES } from './resources.ts'
import type { Route } from './route.ts'
import { type Caller, openSampleApi, type SampleApi } from './sample-api.ts'

const ROUTES = RESOURCES.flatMap(({ routes }) => routes)
const PLENTY = { perMinute: 60_000, burst: 60_000 }

let api: SampleApi
beforeAll(async () => {
  api = await openSampleApi({ limits: { anonymous: PLENTY, user: PLENTY } })
})
afterAll(() => api.close())

/** Fills the path with names that nothing has, and sends a body where one is taken: what comes through is refused for what it says, not for who says it. */
async function call(caller: Caller, { method, path, body, answer }: Route): Promise<{ readonly status: number; readonly code: unknown }> {
  const url = `/api${path.replace(':key', '1@1').replace(':kind', 'audit').replace(/:\w+/g, 'nothing')}`
  if (answer !== undefined && 'mediaType' in answer && answer.mediaType === 'text/event-stream') return beginStream(caller, url)
  const { status, json } = await caller.ask(method, url, body === undefined ? undefined : {})
  return { status, code: json?.code }
}

async function beginStream(caller: Caller, url: string): Promise<{ readonly status: number; readonly code: unknown }> {
  const answer = await fetch(`${api.address}${url}`, { headers: caller.headers })
  if (answer.status !== 200) return { status: answer.status, code: ((await answer.json()) as { code: unknown }).code }
  await answer.body?.cancel()
  return { status: 200, code: undefined }
}

const REFUSED = ['API_NOT_LOGGED_IN', 'API_FORBIDDEN', 'API_SESSION_ONLY', 'API_CSRF', 'API_FOREIGN_ORIGIN']

/** What the matrix says of somebody who has shown a role. */
function refusalOf(route: Route, role: Role, isToken: boolean): string | undefined {
  if (route.needs === 'anyone') return undefined
  if (isToken && route.sessionOnly) return 'API_SESSION_ONLY'
  return mayAs(role, route.needs) ? undefined : 'API_FORBIDDEN'
}

test('who may not change rules has none looked at either: it costs seconds', () => {
  const taking = ROUTES.filter(({ path, body }) => path.startsWith('/rules') && 'yaml' in (body?.properties ?? {}))
  expect(taking.map(({ path, needs }) => [path, needs])).toEqual([
    ['/rules/validation', 'responder'],
    ['/rules/tests', 'responder'],
    ['/rules', 'responder'],
  ])
})

describe.each(ROLES)('%s', (role) => {
  test.each(ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', async (_, route) => {
    for (const [caller, isToken] of [
      [api.logIn(role), false],
      [api.withToken(role), true],
    ] as const) {
      const { status, code } = await call(caller, route)
      const refusal = refusalOf(route, role, isToken)
      if (refusal === undefined) expect(REFUSED).not.toContain(code)
      else expect({ status, code }).toEqual({ status: 403, code: refusal })
      expect(status).toBeLessThan(500)
    }
  })
})

describe.each<readonly [string, () => Caller]>([
  ['nobody', () => api.nobody],
  ['a session that has ended', () => endedSession()],
  ['a session of a user who is disabled', () => disabled((user) => api.logIn('admin', user))],
  ['a token of a user who is disabled', () => disabled((user) => api.withToken('admin', user))],
  ['a token that was taken away', () => removedToken()],
])('%s', (_, callerOf) => {
  test.each(ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', async (_name, route) => {
    const { status, code } = await call(callerOf(), route)
    if (route.needs === 'anyone') expect(REFUSED).not.toContain(code)
    else expect({ status, code }).toEqual({ status: 401, code: 'API_NOT_LOGGED_IN' })
  })
})

function endedSession(): Caller {
  const caller = api.logIn('admin')
  const { sessions } = api.services.store.state.access
  sessions.removeOf(caller.user?.id ?? '')
  return caller
}

function disabled(begin: (user: NonNullable<Caller['user']>) => Caller): Caller {
  const user = api.addUser('admin')
  const caller = begin(user)
  api.services.store.state.access.users.put({ ...user, disabled: true })
  return caller
}

function removedToken(): Caller {
  const caller = api.withToken('admin')
  const { tokens } = api.services.store.state.access
  for (const { id } of tokens.list(caller.user?.id)) tokens.remove(id)
  return caller
}

test('a token may less than its user when it was made for less, and less again when its user loses rights', async () => {
  const admin = api.addUser('admin')
  expect(await api.withToken('viewer', admin).ask('GET', '/api/users')).toMatchObject({ status: 403, json: { code: 'API_FORBIDDEN' } })
  const strong = api.withToken('admin', admin)
  expect((await strong.ask('GET', '/api/users')).status).toBe(200)
  api.services.store.state.access.users.put({ ...admin, role: 'viewer' })
  expect(await strong.ask('GET', '/api/users')).toMatchObject({ status: 403, json: { code: 'API_FORBIDDEN' } })
})

test('tokens of others are for admins', async () => {
  const owner = api.logIn('viewer')
  const made = await owner.ask('POST', '/api/tokens', { name: 'mine', role: 'viewer', expiresDays: 1 })
  const { id } = (made.json as { token: { id: string } }).token
  expect(made.json).not.toHaveProperty('token.tokenHash')
  const other = api.logIn('responder')
  expect(await other.ask('GET', '/api/tokens?all=true')).toMatchObject({ status: 403 })
  expect(await other.ask('DELETE', `/api/tokens/${id}`)).toMatchObject({ status: 404 })
  expect(await owner.ask('POST', '/api/tokens', { name: 'more', role: 'admin', expiresDays: 1 })).toMatchObject({
    status: 403,
    json: { code: 'TOKEN_ROLE' },
  })
  expect((await api.logIn('admin').ask('DELETE', `/api/tokens/${id}`)).status).toBe(204)
})
