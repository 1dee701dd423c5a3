import { afterAll, beforeAll, expect, test } from 'vitest'
import { findingOf } from '../store/conformance/samples.ts'
import { type Caller, openSampleApi, type SampleApi } from './sample-api.ts'

let api: SampleApi
beforeAll(async () => {
  api = await openSampleApi()
})
afterAll(() => api.close())

test('the first user is set up by a link that is good once, is an admin, and is logged in', async () => {
  const { setUpLink = '' } = api
  expect(setUpLink).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/setup#[\w-]{43}$/)
  const secret = setUpLink.split('#')[1]
  const before = await api.nobody.ask('GET', '/api/session/methods')
  expect(before.json).toEqual({ password: true, setup: true, oidc: [] })
  const weak = await api.nobody.ask('POST', '/api/setup', { secret, name: 'Ada', password: 'password1234' })
  expect(weak).toMatchObject({ status: 422, json: { code: 'PASSWORD_WEAK' } })
  const done = await api.nobody.ask('POST', '/api/setup', { secret, name: 'Ada', password: 'four horses in the rain' })
  expect(done).toMatchObject({ status: 201, json: { role: 'admin', user: { name: 'ada' } } })
  expect(done.headers.get('set-cookie')).toMatch(/^tarsier=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/)
  const again = await api.nobody.ask('POST', '/api/setup', { secret, name: 'eve', password: 'four horses in the rain' })
  expect(again).toMatchObject({ status: 403, json: { code: 'SETUP_SECRET' } })
  expect((await api.nobody.ask('GET', '/api/session/methods')).json).toMatchObject({ setup: false })
})

test('findings without a session are a problem of our form', async () => {
  const { status, headers, json } = await api.nobody.ask('GET', '/api/findings')
  expect(status).toBe(401)
  expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
  expect(json).toEqual({
    type: '/problems/API_NOT_LOGGED_IN',
    title: 'Unauthorized',
    status: 401,
    detail: 'nobody is logged in',
    code: 'API_NOT_LOGGED_IN',
    fix: 'Log in, or send a token: Authorization: Bearer tsr_…',
  })
})

test('who logs in sees findings', async () => {
  const given = { name: 'ADA', password: 'four horses in the rain' }
  const login = await api.nobody.ask('POST', '/api/session', given)
  expect(login.status).toBe(200)
  const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const findings = await api.nobody.ask('GET', '/api/findings', undefined, { cookie })
  expect(findings).toMatchObject({ status: 200, json: { items: [] } })
})

test('the session says what its role may', async () => {
  const viewer = (await api.logIn('viewer').ask('GET', '/api/session')).json as { permissions: string[]; version: string }
  expect(viewer.version).toBe('0.0.0-test')
  expect(viewer.permissions).toContain('GET /findings')
  expect(viewer.permissions).not.toContain('PATCH /incidents/:id')
  const admin = (await api.logIn('admin').ask('GET', '/api/session')).json as { permissions: string[] }
  expect(admin.permissions).toContain('DELETE /users/:id')
})

test('nobody has more requests than so many, an address less than a user; each waits for itself', async () => {
  const narrow = await openSampleApi({ limits: { anonymous: { perMinute: 60, burst: 2 }, user: { perMinute: 600, burst: 5 } } })
  try {
    const [ada, bob] = [narrow.logIn('viewer'), narrow.withToken('viewer')]
    const statuses = async (caller: Caller, count: number): Promise<number[]> => {
      const seen: number[] = []
      for (let index = 0; index < count; index++) seen.push((await caller.ask('GET', '/api/session/methods')).status)
      return seen
    }
    expect(await statuses(narrow.nobody, 3)).toEqual([200, 200, 429])
    expect(await statuses(ada, 6)).toEqual([200, 200, 200, 200, 200, 429])
    expect(await statuses(bob, 1)).toEqual([200])
    const refused = await narrow.nobody.ask('GET', '/api/findings')
    expect(refused).toMatchObject({ status: 429, json: { code: 'API_RATE', facts: { seconds: 1 } } })
    expect(refused.headers.get('retry-after')).toBe('1')
    narrow.pass(1)
    expect(await statuses(narrow.nobody, 2)).toEqual([200, 429])
  } finally {
    await narrow.close()
  }
})

test('pages go on where the one before ended, also while findings are added', async () => {
  const caller = api.logIn('viewer')
  const add = (seq: number, seconds: number): void =>
    api.services.store.state.writeFindings({
      spool: 'pages',
      seq,
      incidents: [],
      findings: [{ finding: findingOf({ id: `p${seq}`, seconds }), incidentId: undefined }],
    })
  for (let seq = 1; seq <= 5; seq++) add(seq, seq)
  const ids: string[] = []
  let query = ''
  for (let page = 0; page < 5; page++) {
    const { json } = await caller.ask('GET', `/api/findings?from=2020-01-01T00:00:00Z&limit=2${query}`)
    const { items, next } = json as { items: { id: string }[]; next?: string }
    ids.push(...items.map(({ id }) => id))
    add(10 + page, 100 + page)
    if (next === undefined) break
    query = `&cursor=${encodeURIComponent(next)}`
  }
  expect(ids).toEqual(['p5', 'p4', 'p3', 'p2', 'p1'])
})
