import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { at, findingOf, incidentOf } from '../store/conformance/samples.ts'
import { type Caller, openSampleApi, type SampleApi } from './sample-api.ts'
import { sendBytes, statusOf } from './sample-connection.ts'

const PLENTY = { perMinute: 60_000, burst: 60_000 }

let api: SampleApi
let admin: Caller
beforeAll(async () => {
  api = await openSampleApi({ limits: { anonymous: PLENTY, user: PLENTY, headersMs: 300, requestMs: 600, checkMs: 50 } })
  admin = api.logIn('admin')
})
afterAll(() => api.close())

/** Nobody outside learns how we are built. */
function expectNoInternals(text: string): void {
  expect(text).not.toMatch(/node_modules|\.ts:\d|at \w+ \(|SELECT |INSERT |sqlite|duckdb/i)
}

const DEEP = `${'['.repeat(30_000)}${']'.repeat(30_000)}`

describe('bodies', () => {
  test.each<readonly [string, string, number, string]>([
    ['that break off', '{"text": "x', 400, 'API_UNREADABLE'],
    ['that are nothing', '', 400, 'API_UNREADABLE'],
    ['that are a list', '[]', 400, 'API_INVALID'],
    ['that are null', 'null', 400, 'API_INVALID'],
    ['that are deep', DEEP, 400, 'API_INVALID'],
    ['with the key __proto__', '{"text":"x","__proto__":{"admin":true}}', 400, 'API_UNREADABLE'],
    ['with the key constructor', '{"text":"x","constructor":{"prototype":{"admin":true}}}', 400, 'API_UNREADABLE'],
    ['with a key that is not wanted', '{"text":"x","role":"admin"}', 400, 'API_INVALID'],
    ['with a value of another type', '{"text":{"toString":"x"}}', 400, 'API_INVALID'],
    ['with a NUL', '{"text":"a\\u0000b"}', 400, 'API_INVALID'],
    ['that are too large', JSON.stringify({ text: 'x'.repeat(70_000) }), 413, 'API_TOO_LARGE'],
  ])('%s', async (_, body, status, code) => {
    const answer = await admin.ask('POST', '/api/incidents/none/notes', body)
    expect(answer).toMatchObject({ status, json: { code } })
    expectNoInternals(answer.text)
  })

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/xml', 'x'])(
    'of the type %s are not taken',
    async (type) => {
      const answer = await admin.ask('POST', '/api/incidents/none/notes', '{"text":"x"}', { 'content-type': type })
      expect(answer).toMatchObject({ status: 415, json: { code: 'API_MEDIA_TYPE' } })
    },
  )

  test('where none is wanted are refused', async () => {
    expect(await admin.ask('DELETE', '/api/incidents/none', '{}')).toMatchObject({ status: 405 })
    expect(await admin.ask('DELETE', '/api/users/none', '{"force":true}')).toMatchObject({ status: 400, json: { code: 'API_INVALID' } })
  })
})

describe('queries', () => {
  test.each(
    [
      ['limit=0'],
      ['limit=501'],
      ['limit=1e3'],
      ['limit=10&limit=20'],
      ['limit=%31%30%00'],
      ['cursor='],
      ['cursor=nonsense'],
      ['cursor=W10'],
      [`cursor=${'A'.repeat(2000)}`],
      ['cursor=eyJfX3Byb3RvX18iOjF9'],
      ['from=yesterday'],
      ['from=24h&to=48h'],
      ['to=2026-13-45T99:99:99Z'],
      ['priority=worst'],
      [`${Array.from({ length: 60 }, (_, index) => `rule=r${index}`).join('&')}`],
      [`text=${'x'.repeat(600)}`],
      ['text=%00'],
      ['__proto__=x'],
      ['constructor=x'],
      ['nothing=x'],
    ].map(([query = '']) => [query.slice(0, 40), query] as const),
  )('findings with %s are refused with a reason', async (_, query) => {
    const answer = await admin.ask('GET', `/api/findings?${query}`)
    expect(answer.status, answer.text).toBe(400)
    expect(answer.json).toMatchObject({ code: expect.stringMatching(/^(API_INVALID|CURSOR_INVALID)$/), fix: expect.any(String) })
    expectNoInternals(answer.text)
  })

  test.each([
    "' OR 1=1 --",
    '"; DROP TABLE findings; --',
    '%',
    '_',
    '\\',
    "x' UNION SELECT hash FROM users --",
    '\ud800',
    '*',
    '(',
    '\u202e',
  ])('the text %j is only a text, in every filter', async (text) => {
    const value = encodeURIComponent(text.toWellFormed())
    for (const name of ['text', 'rule', 'tag', 'host', 'container', 'incident', 'process']) {
      const answer = await admin.ask('GET', `/api/findings?${name}=${value}`)
      expect(answer, answer.text).toMatchObject({ status: 200, json: { items: [] } })
    }
    for (const path of [
      `/api/processes?text=${value}`,
      `/api/incidents?text=${value}`,
      `/api/actions?host=${value}`,
      `/api/audit?action=${value}`,
    ]) {
      const answer = await admin.ask('GET', path)
      expect(answer, answer.text).toMatchObject({ status: 200, json: { items: [] } })
    }
    expect((await admin.ask('GET', `/api/events?host=${value}&kind=${value}`)).status).toBe(200)
  })

  test('a condition with errors tells where they are, and is not run', async () => {
    const answer = await admin.ask('GET', '/api/events?condition=wrong')
    expect(answer).toMatchObject({ status: 422, json: { code: 'CONDITION_INVALID', diagnostics: [{ line: 1, column: 1 }] } })
    expect(await admin.ask('GET', `/api/events?condition=${'x'.repeat(8001)}`)).toMatchObject({ status: 400 })
  })

  test('a histogram of steps that are too short is refused', async () => {
    for (const what of ['findings', 'events']) {
      expect(await admin.ask('GET', `/api/${what}/histogram?from=365d&step=1ms`)).toMatchObject({
        status: 400,
        json: { code: 'STEP_TOO_SHORT' },
      })
      expect((await admin.ask('GET', `/api/${what}/histogram?step=0s`)).status).toBe(400)
    }
  })
})

describe('paths', () => {
  test.each([
    ['/api/findings/..%2f..%2fetc%2fpasswd', 404],
    ['/api/findings/%00', 400],
    ['/api/findings/%', 404],
    ['/api/findings/%c0%ae', 404],
    [`/api/findings/${'x'.repeat(1500)}`, 404],
    ['/api/findings/__proto__', 404],
    ['/api/processes/web-1/1;drop', 400],
    ['/api/rules/..%2f..%2f..%2fetc%2fcron.d%2fx', 404],
    ['/api/store/retention/__proto__', 405],
    ['/api/nothing', 404],
    ['/api', 404],
    ['/api/', 404],
    ['/api//findings', 404],
  ])('%.60s', async (path, status) => {
    const answer = await admin.ask('GET', path)
    expect(answer, answer.text).toMatchObject({ status, json: { status } })
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    expectNoInternals(answer.text)
  })

  test.each(['TRACE', 'CONNECT', 'PROPFIND', 'NONSENSE'])('the method %s is answered without harm', async (method) => {
    const answer = await sendBytes(api.address, [`${method} /api/findings HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`])
    expect([0, 400, 404, 405]).toContain(statusOf(answer))
    expectNoInternals(answer)
  })

  test('a method that a path does not take is told which it takes', async () => {
    const answer = await admin.ask('DELETE', '/api/findings')
    expect(answer).toMatchObject({ status: 405, json: { code: 'API_METHOD' } })
    expect(answer.headers.get('allow')).toBe('GET')
    expect((await admin.ask('HEAD', '/api/stream')).status).toBe(405)
    expect((await admin.ask('OPTIONS', '/api/users')).headers.get('access-control-allow-origin')).toBeNull()
  })
})

describe('who asks', () => {
  test.each([
    ['nonsense', { cookie: 'tarsier=nonsense' }],
    ['of the right form', { cookie: `tarsier=${'A'.repeat(43)}` }],
    ['twice', { cookie: `tarsier=${'A'.repeat(43)}; tarsier=${'B'.repeat(43)}` }],
    ['very long', { cookie: `tarsier=${'A'.repeat(8000)}` }],
    ['a token of the right form', { authorization: `Bearer tsr_${'A'.repeat(43)}` }],
    ['a token of another form', { authorization: 'Bearer tsr_x' }],
    ['a password', { authorization: 'Basic YWRtaW46YWRtaW4=' }],
    ['an empty token', { authorization: 'Bearer ' }],
  ])('forged: %s', async (_, headers) => {
    expect(await api.nobody.ask('GET', '/api/findings', undefined, headers)).toMatchObject({
      status: 401,
      json: { code: 'API_NOT_LOGGED_IN' },
    })
  })

  test('a forged token is not made up for by a good cookie', async () => {
    expect((await admin.ask('GET', '/api/findings', undefined, { authorization: `Bearer tsr_${'A'.repeat(43)}` })).status).toBe(401)
  })

  test('a cookie that is of no use is taken away', async () => {
    const answer = await api.nobody.ask('GET', '/api/session', undefined, { cookie: `tarsier=${'A'.repeat(43)}` })
    expect(answer.headers.get('set-cookie')).toMatch(/^tarsier=; .*Expires=Thu, 01 Jan 1970/)
  })

  test.each<readonly [string, Record<string, string>, string]>([
    ['without the CSRF token', { 'x-csrf-token': '' }, 'API_CSRF'],
    ['with the CSRF token of another', { 'x-csrf-token': 'A'.repeat(43) }, 'API_CSRF'],
    ['from a page of another origin', { origin: 'https://evil.example' }, 'API_FOREIGN_ORIGIN'],
    ['from a page without an origin', { origin: 'null' }, 'API_FOREIGN_ORIGIN'],
    ['from another port of this host', { origin: 'http://127.0.0.1:1' }, 'API_FOREIGN_ORIGIN'],
  ])('a change %s is refused', async (_, headers, code) => {
    const answer = await admin.ask('PUT', '/api/store/retention/history', { maxAgeDays: 1 }, headers)
    expect(answer).toMatchObject({ status: 403, json: { code } })
  })

  test('the cookie of a request that another site made the browser send does not count', async () => {
    const crossSite = { 'sec-fetch-site': 'cross-site' }
    expect((await admin.ask('GET', '/api/findings', undefined, crossSite)).status).toBe(401)
    expect((await admin.ask('GET', '/api/findings', undefined, { 'sec-fetch-site': 'same-site' })).status).toBe(401)
    expect(await admin.ask('POST', '/api/session', { name: 'x', password: 'y' }, crossSite)).toMatchObject({
      status: 403,
      json: { code: 'API_FOREIGN_ORIGIN' },
    })
    expect((await admin.ask('GET', '/api/findings', undefined, { 'sec-fetch-site': 'same-origin' })).status).toBe(200)
  })

  test('a token needs no CSRF token, from wherever', async () => {
    const caller = api.withToken('admin')
    expect((await caller.ask('PUT', '/api/store/retention/history', { maxAgeDays: 2 }, { origin: 'https://evil.example' })).status).toBe(
      200,
    )
  })

  test.each(['evil.example', 'evil.example:7331', '127.0.0.1.evil.example', 'localhost.evil.example', '', 'a b', '[::1', 'x'.repeat(260)])(
    'under the name %j nothing is answered (DNS rebinding)',
    async (host) => {
      for (const path of ['/api/health', '/api/findings', '/']) {
        const answer = await sendBytes(api.address, [`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`])
        expect([400, 421]).toContain(statusOf(answer))
      }
    },
  )

  test.each(['127.0.0.1', 'localhost:80', '127.8.8.8:1', '[::1]:7331', 'LOCALHOST', '10.1.2.3'])('under %s it is', async (host) => {
    expect(statusOf(await sendBytes(api.address, [`GET /api/health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`]))).toBe(200)
  })
})

describe('connections', () => {
  const HEAD = 'GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\n'

  test.each<readonly [string, readonly string[], number]>([
    ['headers that are too large', [`${HEAD}X: ${'x'.repeat(20_000)}\r\n\r\n`], 431],
    ['an address that is too long', [`GET /api/findings?text=${'x'.repeat(20_000)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`], 431],
    ['no HTTP at all', ['\x16\x03\x01 hello\r\n\r\n'], 400],
    ['two lengths', [`POST /api/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`], 400],
    ['headers that never end', [HEAD], 408],
    [
      'a body that never comes',
      ['POST /api/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{'],
      408,
    ],
  ])('%s', async (_, pieces, status) => {
    const answer = await sendBytes(api.address, pieces)
    expect(statusOf(answer)).toBe(status)
    expect(answer).toContain('application/problem+json')
    expectNoInternals(answer)
  })

  test('other requests are answered meanwhile', async () => {
    const slow = Array.from({ length: 50 }, () => sendBytes(api.address, [HEAD]))
    expect((await api.nobody.ask('GET', '/api/health')).status).toBe(200)
    await Promise.all(slow)
  })
})

describe('what attackers chose', () => {
  const EVIL = '<script>alert(1)</script><img src=x onerror=alert(1)>\u001b[31m\u202e"\'&\udc80'

  test('comes back as it was, as JSON that no browser takes for a page', async () => {
    const { state } = api.services.store
    const finding = findingOf({ id: 'evil', seconds: 1, output: EVIL, hostname: EVIL.toWellFormed(), outputFields: { [EVIL]: EVIL } })
    const incident = incidentOf({ id: 'evil', title: EVIL })
    state.writeFindings({ spool: 'evil', seq: 1, findings: [{ finding, incidentId: 'evil' }], incidents: [incident] })
    const answer = await admin.ask('GET', '/api/findings/evil')
    expect(answer.json).toMatchObject({ output: EVIL, outputFields: { [EVIL]: EVIL } })
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect((await admin.ask('GET', '/api/incidents/evil')).json).toMatchObject({ title: EVIL })
  })

  test('an error shows it as JSON, too, and short', async () => {
    const answer = await admin.ask('GET', `/api/${encodeURIComponent(EVIL.toWellFormed()).repeat(20)}`)
    expect(answer.status).toBe(404)
    expect(answer.text.length).toBeLessThan(1000)
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
  })
})

test('every answer carries the strict headers, whatever was asked', async () => {
  for (const [caller, path] of [
    [api.nobody, '/'],
    [api.nobody, '/api/findings'],
    [api.nobody, '/api/reference'],
    [admin, '/api/findings'],
    [admin, '/api/nothing'],
  ] as const) {
    const { headers } = await caller.ask('GET', path)
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
    )
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
    expect(headers.get('access-control-allow-origin')).toBeNull()
    expect(headers.get('server')).toBeNull()
  }
})

test('a bug is told as one, without its insides, and the log hears of it', async () => {
  const { searches } = api.services.store.state
  const list = searches.list
  Object.defineProperty(searches, 'list', {
    value: () => {
      throw new TypeError('SELECT secret FROM insides')
    },
    configurable: true,
  })
  const answer = await admin.ask('GET', '/api/searches')
  Object.defineProperty(searches, 'list', { value: list, configurable: true })
  expect(answer).toMatchObject({ status: 500, json: { code: 'API_BUG' } })
  expectNoInternals(answer.text)
  expect(api.logged.some((line) => line.includes('SELECT secret FROM insides'))).toBe(true)
})

test('nothing unexpected was logged but that', () => {
  expect(api.logged.filter((line) => line.startsWith('error:') && !line.includes('insides'))).toEqual([])
  expect(at(0)).toBeGreaterThan(0)
})
