import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { User } from '../../store/access-store.ts'
import { type Answer, openSampleApi, type SampleApi } from '../sample-api.ts'
import { createAccess } from './access.ts'
import type { Client } from './client.ts'
import { createPasswordHashes } from './password-hash.ts'

const PASSWORD = 'four horses in the rain'
const NEXT = 'seven geese on a roof'

let api: SampleApi
let passwordHash: string
let user: User
beforeAll(async () => {
  api = await openSampleApi({ limits: { anonymous: { perMinute: 60_000, burst: 60_000 } } })
  api.addUser('admin')
  passwordHash = await createPasswordHashes().make(PASSWORD)
})
afterAll(() => api.close())

beforeEach(() => {
  // What was failed before is forgotten by then.
  api.pass(7200)
  user = api.addUser('analyst')
  api.services.store.state.access.users.setPasswordHash(user.id, passwordHash)
})

const logIn = (name: string, password = PASSWORD, headers = {}): Promise<Answer> =>
  api.nobody.ask('POST', '/api/session', { name, password }, headers)
const cookieOf = (answer: Answer): string => (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
const csrfOf = (answer: Answer): string => String((answer.json as { csrfToken: string }).csrfToken)

async function actionsOf(): Promise<readonly string[]> {
  const { items } = api.services.store.state.access.audit.list({}, { limit: 3, cursor: undefined })
  return items.map(({ action, userName, target }) => `${action} ${userName} ${target}`)
}

test('a password is kept as argon2id at more than the least cost', () => {
  expect(passwordHash).toMatch(/^\$argon2id\$v=19\$m=47104,t=2,p=1\$/)
})

test('the name in any case and the password let one in; the audit log hears of it', async () => {
  const answer = await logIn(user.name.toUpperCase())
  expect(answer).toMatchObject({ status: 200, json: { user: { name: user.name, lastLoginNs: expect.any(Number) }, role: 'analyst' } })
  expect((await actionsOf())[0]).toBe(`session.login ${user.name} ${user.name}`)
})

test.each<readonly [string, () => Promise<Answer>]>([
  ['a wrong password', () => logIn(user.name, 'five horses in the rain')],
  ['an unknown name', () => logIn('nobody-at-all')],
  ['a user without a password', () => logIn(api.addUser('viewer').name)],
  ['a disabled user', () => logIn(disable().name)],
  ['a user of a provider', () => logIn(fromProvider().name)],
])('%s is told in the same words', async (_, attempt) => {
  const answer = await attempt()
  expect(answer).toMatchObject({ status: 401, json: { code: 'LOGIN_FAILED' } })
  expect(answer.json).toEqual((await logIn('somebody-else')).json)
  expect(answer.headers.get('set-cookie')).toBeNull()
})

function disable(): User {
  const disabled = { ...user, disabled: true }
  api.services.store.state.access.users.put(disabled)
  return disabled
}

function fromProvider(): User {
  const other = { ...user, origin: 'https://id.example', subject: `subject of ${user.name}` }
  api.services.store.state.access.users.put(other)
  return other
}

test('who tries somebody’s name from elsewhere locks them out of nowhere they have logged in from', async () => {
  const rate = { perMinute: 60, burst: 60 }
  const { logins } = createAccess({
    store: api.services.store.state.access,
    isSecure: false,
    sessionTimes: { idleMs: 3_600_000, longestMs: 3_600_000 },
    limits: { anonymous: rate, user: rate },
    nowNs: api.services.nowNs,
    uptimeMs: () => 0,
  })
  const [home, elsewhere] = ['192.0.2.7', '198.51.100.9'].map((address) => ({ address, userAgent: '' })) as [Client, Client]
  const attempt = (client: Client, password = 'five horses in the rain') =>
    logins.withPassword(user.name, password, client).then(
      () => 'in',
      (error: { code: string }) => error.code,
    )
  expect(await attempt(home, PASSWORD)).toBe('in')
  for (let tries = 0; tries < 5; tries++) expect(await attempt(elsewhere)).toBe('LOGIN_FAILED')

  expect(await attempt(elsewhere, PASSWORD)).toBe('LOGIN_LOCKED')
  expect(await attempt(home, PASSWORD)).toBe('in')
  expect(await attempt(elsewhere, PASSWORD), 'what succeeds at home makes nothing free elsewhere').toBe('LOGIN_LOCKED')
  for (let tries = 0; tries < 5; tries++) expect(await attempt(home)).toBe('LOGIN_FAILED')
  expect(await attempt(home, PASSWORD), 'nor may one guess there for ever').toBe('LOGIN_LOCKED')
})

test('a name that nobody has is not written down: it may be a password', async () => {
  await logIn('hunter2-my-secret')
  const [entry = ''] = await actionsOf()
  expect(entry).toBe('session.login.failed  a name that nobody has')
})

test('after five failures one waits, even with the right password; after the wait it is taken', async () => {
  for (let index = 0; index < 5; index++) expect((await logIn(user.name, 'wrong')).status).toBe(401)
  const locked = await logIn(user.name)
  expect(locked).toMatchObject({ status: 429, json: { code: 'LOGIN_LOCKED', facts: { seconds: 1 } } })
  expect(locked.headers.get('retry-after')).toBe('1')
  const { items } = api.services.store.state.access.audit.list({ action: 'session.login.failed' }, { limit: 2, cursor: undefined })
  expect(items.map(({ detail }) => detail)).toEqual([{ lockedSeconds: 1 }, {}])
  api.pass(2)
  expect((await logIn(user.name)).status).toBe(200)
  expect((await logIn(user.name, 'wrong')).status).toBe(401)
})

test('many at once get no more tries than one after another', async () => {
  const answers = await Promise.all(Array.from({ length: 30 }, () => logIn(user.name, 'wrong')))
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(5)
})

test('a clock that is set back keeps nobody locked out', async () => {
  for (let index = 0; index < 6; index++) await logIn(user.name, 'wrong')
  api.turnClock(-365 * 86_400)
  api.pass(10)
  expect((await logIn(user.name)).status).toBe(200)
  api.turnClock(365 * 86_400)
})

test('one address may fail only so often, whatever names it tries', async () => {
  for (let index = 0; index < 20; index++) await logIn(`name-${index}`, 'wrong')
  expect(await logIn(user.name)).toMatchObject({ status: 429, json: { code: 'LOGIN_LOCKED' } })
})

test('a login ends the session that the browser had: nobody can plant one', async () => {
  const first = cookieOf(await logIn(user.name))
  const second = cookieOf(await logIn(user.name, PASSWORD, { cookie: first }))
  expect(second).not.toBe(first)
  expect((await api.nobody.ask('GET', '/api/session', undefined, { cookie: first })).status).toBe(401)
  expect((await api.nobody.ask('GET', '/api/session', undefined, { cookie: second })).status).toBe(200)
})

test('logging out ends the session on the server, too', async () => {
  const answer = await logIn(user.name)
  const headers = { cookie: cookieOf(answer), 'x-csrf-token': csrfOf(answer) }
  const out = await api.nobody.ask('DELETE', '/api/session', undefined, headers)
  expect(out.status).toBe(204)
  expect(out.headers.get('set-cookie')).toMatch(/^tarsier=;/)
  expect((await api.nobody.ask('GET', '/api/session', undefined, headers)).status).toBe(401)
})

test('a changed password ends all other sessions, and the old one lets nobody in', async () => {
  const [mine, other] = [await logIn(user.name), await logIn(user.name)]
  const headers = { cookie: cookieOf(mine), 'x-csrf-token': csrfOf(mine) }
  const change = (body: object): Promise<Answer> => api.nobody.ask('PUT', '/api/session/password', body, headers)
  expect(await change({ current: 'not this', next: NEXT })).toMatchObject({ status: 403, json: { code: 'PASSWORD_WRONG' } })
  expect(await change({ current: PASSWORD, next: `${user.name}-2026-2026` })).toMatchObject({
    status: 422,
    json: { code: 'PASSWORD_WEAK' },
  })
  expect((await change({ current: PASSWORD, next: NEXT })).status).toBe(204)
  expect((await api.nobody.ask('GET', '/api/session', undefined, headers)).status).toBe(200)
  expect((await api.nobody.ask('GET', '/api/session', undefined, { cookie: cookieOf(other) })).status).toBe(401)
  expect((await logIn(user.name)).status).toBe(401)
  expect((await logIn(user.name, NEXT)).status).toBe(200)
})

test('who is disabled, or gets a new password from an admin, is out at once', async () => {
  const admin = api.logIn('admin')
  for (const change of [{ disabled: true }, { disabled: false, password: NEXT }]) {
    const caller = api.logIn('analyst', api.services.store.state.access.users.get(user.id))
    await admin.ask('PATCH', `/api/users/${user.id}`, change)
    expect((await caller.ask('GET', '/api/session')).status).toBe(401)
  }
})

test('the last admin can be neither taken away, disabled nor made less', async () => {
  const alone = await openSampleApi()
  try {
    const admin = alone.logIn('admin')
    const path = `/api/users/${admin.user?.id}`
    for (const [method, body] of [
      ['DELETE', undefined],
      ['PATCH', { disabled: true }],
      ['PATCH', { role: 'viewer' }],
    ] as const) {
      expect(await admin.ask(method, path, body)).toMatchObject({ status: 409, json: { code: 'USER_LAST_ADMIN' } })
    }
    alone.addUser('admin')
    expect((await admin.ask('DELETE', path)).status).toBe(204)
    expect((await admin.ask('GET', '/api/session')).status).toBe(401)
  } finally {
    await alone.close()
  }
})

test('too many logins at once are sent away, not queued for ever', async () => {
  const hashes = createPasswordHashes()
  const outcomes = await Promise.allSettled(Array.from({ length: 40 }, () => hashes.matches(undefined, 'x')))
  const refused = outcomes.filter((one) => one.status === 'rejected')
  expect(refused.length).toBeGreaterThan(0)
  for (const one of refused) expect((one as PromiseRejectedResult).reason).toMatchObject({ code: 'LOGIN_BUSY' })
  expect(await hashes.matches(undefined, 'x')).toBe(false)
})
