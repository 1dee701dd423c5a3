import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Log } from '../../lib/log.ts'
import { openSampleApi, type SampleApi } from '../sample-api.ts'
import type { OidcSettings } from '../settings/oidc-settings.ts'
import { DEFAULT_SETTINGS } from '../settings/server-settings.ts'
import { createOidc } from './oidc.ts'
import { roleOfClaims } from './oidc-role.ts'

const MEGABYTE = 2 ** 20
const SILENT: Log = { debug: () => {}, info: () => {}, warning: () => {}, error: () => {} }
const SECRET = 'a secret that only these two know, and long enough'

let provider: Server
let api: SampleApi
/** Groups of each account, as the provider says. */
const groups: Record<string, readonly string[]> = { ada: ['staff', 'tarsier-admins'], bob: ['staff'], eve: [] }

beforeAll(async () => {
  let answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined
  provider = createServer((request, response) => answer?.(request, response))
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`
  api = await openSampleApi({
    settings: { ...DEFAULT_SETTINGS, oidc: [settingsOf(issuer), { ...settingsOf(issuer), id: 'strict', defaultRole: undefined }] },
  })
  api.addUser('admin')
  answer = new Provider(issuer, {
    clients: [
      {
        client_id: 'tarsier',
        client_secret: SECRET,
        redirect_uris: ['corp', 'strict'].map((id) => `${api.address}/api/session/oidc/${id}/callback`),
      },
    ],
    cookies: { keys: ['test'] },
    claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups'] },
    findAccount: (_: unknown, sub: string) => ({
      accountId: sub,
      claims: () => ({ sub, name: `Name of ${sub}`, preferred_username: sub, groups: groups[sub] }),
    }),
    features: { devInteractions: { enabled: true } },
  }).callback()
})

afterAll(async () => {
  await api.close()
  provider.closeAllConnections()
  await new Promise((resolve) => provider.close(resolve))
})

function settingsOf(issuer: string): OidcSettings {
  return {
    id: 'corp',
    label: 'Corp',
    issuer,
    clientId: 'tarsier',
    clientSecret: SECRET,
    scopes: ['openid', 'profile'],
    roleClaim: 'groups',
    roles: { 'tarsier-admins': 'admin', oncall: 'responder' },
    defaultRole: 'viewer',
  }
}

/** A browser as far as this needs one: it keeps cookies per origin, and goes where it is sent, one step at a time. */
function createBrowser() {
  const jars = new Map<string, Map<string, string>>()
  async function go(
    url: string,
    form?: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly next: string | undefined; readonly text: string }> {
    const { origin } = new URL(url)
    const jar = jars.get(origin) ?? new Map<string, string>()
    jars.set(origin, jar)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { cookie },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    })
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s)
      if (value === '') jar.delete(name)
      else jar.set(name, value)
    }
    const location = answer.headers.get('location')
    return { status: answer.status, next: location === null ? undefined : new URL(location, url).href, text: await answer.text() }
  }
  return { go, cookies: (origin: string) => jars.get(origin) ?? new Map<string, string>() }
}
type Browser = ReturnType<typeof createBrowser>

/** Goes to the provider, logs in there, consents, and gives the address that it sends back to. */
async function returnAddress(browser: Browser, name: string, id = 'corp', path = ''): Promise<string> {
  let at = (await browser.go(`${api.address}/api/session/oidc/${id}${path}`)).next ?? ''
  for (let step = 0; step < 12 && !at.startsWith(api.address); step++) {
    const { next, text } = await browser.go(at)
    const action = /action="([^"]+)"/.exec(text)?.[1]
    if (next !== undefined) at = next
    else
      at =
        (
          await browser.go(new URL(action ?? '', at).href, {
            prompt: text.includes('name="login"') ? 'login' : 'consent',
            login: name,
            password: 'x',
          })
        ).next ?? ''
  }
  expect(at).toContain(`/api/session/oidc/${id}/callback?`)
  return at
}

const sessionOf = (browser: Browser) =>
  api.nobody.ask('GET', '/api/session', undefined, { cookie: `tarsier=${browser.cookies(api.address).get('tarsier')}` })

test('who the provider vouches for comes in, with the role that their groups give', async () => {
  const browser = createBrowser()
  const back = await browser.go(await returnAddress(browser, 'ada', 'corp', '?next=%2Fincidents%3Fstate%3Dopen'))
  expect(back).toMatchObject({ status: 303, next: `${api.address}/incidents?state=open` })
  expect((await sessionOf(browser)).json).toMatchObject({
    role: 'admin',
    user: { name: 'ada', displayName: 'Name of ada', subject: 'ada' },
  })
  expect(browser.cookies(api.address).has('tarsier-oidc')).toBe(false)
  const { items } = api.services.store.state.access.audit.list({ action: 'session.login' }, { limit: 1, cursor: undefined })
  expect(items[0]).toMatchObject({ userName: 'ada', detail: { role: 'admin' } })
})

test('who has no group that counts gets the default role; a role follows the groups at the next login', async () => {
  const browser = createBrowser()
  await browser.go(await returnAddress(browser, 'bob'))
  expect((await sessionOf(browser)).json).toMatchObject({ role: 'viewer', user: { name: 'bob' } })
  groups.bob = ['oncall']
  await browser.go(await returnAddress(browser, 'bob'))
  expect((await sessionOf(browser)).json).toMatchObject({ role: 'responder', user: { name: 'bob' } })
})

test('a name that is taken here is not taken over', async () => {
  api.addUser('admin', { name: 'eve' })
  const browser = createBrowser()
  await browser.go(await returnAddress(browser, 'eve'))
  expect((await sessionOf(browser)).json).toMatchObject({ role: 'viewer', user: { name: 'eve-2' } })
})

test.each<readonly [string, string, (browser: Browser) => Promise<string>]>([
  ['without a group, where one is wanted', 'OIDC_NO_ROLE', (browser) => returnAddress(browser, 'eve', 'strict')],
  [
    'with the state of another login',
    'OIDC_REFUSED',
    async (browser) => (await returnAddress(browser, 'ada')).replace(/state=[^&]+/, 'state=other'),
  ],
  ['with another code', 'OIDC_REFUSED', async (browser) => (await returnAddress(browser, 'ada')).replace(/code=[^&]+/, 'code=other')],
  ['in another browser', 'OIDC_STALE', async () => returnAddress(createBrowser(), 'ada')],
  ['at another provider', 'OIDC_STALE', async (browser) => (await returnAddress(browser, 'ada')).replace('/corp/', '/strict/')],
  ['after a quarter of an hour', 'OIDC_STALE', afterAWhile],
  [
    'with an error of the provider',
    'OIDC_REFUSED',
    async (browser) => (await returnAddress(browser, 'ada')).replace(/\?.*/, '?error=access_denied'),
  ],
  ['at a provider that there is not', 'OIDC_UNKNOWN', async () => `${api.address}/api/session/oidc/none`],
])('nobody comes in %s', async (_, code, addressOf) => {
  const browser = createBrowser()
  const back = await browser.go(await addressOf(browser))
  expect(back).toMatchObject({ status: 303, next: `${api.address}/login?problem=${code}` })
  expect(browser.cookies(api.address).has('tarsier')).toBe(false)
})

async function afterAWhile(browser: Browser): Promise<string> {
  const address = await returnAddress(browser, 'ada')
  api.pass(15 * 60)
  return address
}

test('a cookie that was changed is of no use', async () => {
  const browser = createBrowser()
  const address = await returnAddress(browser, 'ada')
  const jar = browser.cookies(api.address)
  const kept = jar.get('tarsier-oidc') ?? ''
  jar.set('tarsier-oidc', `${Buffer.from('{"id":"corp"}').toString('base64url')}.${kept.split('.')[1]}`)
  expect((await browser.go(address)).next).toBe(`${api.address}/login?problem=OIDC_STALE`)
})

test('a user who was disabled here does not come in by the provider', async () => {
  const { users } = api.services.store.state.access
  const ada = users.byName('ada')
  if (ada === undefined) throw new Error('the first test has let ada in')
  users.put({ ...ada, disabled: true })
  const browser = createBrowser()
  expect((await browser.go(await returnAddress(browser, 'ada'))).next).toBe(`${api.address}/login?problem=OIDC_DISABLED`)
  users.put(ada)
})

test.each(['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)', ''])(
  'after the login one comes back to the console and nowhere else: %j',
  async (next) => {
    const browser = createBrowser()
    const address = await returnAddress(browser, 'ada', 'corp', next === '' ? '' : `?next=${encodeURIComponent(next)}`)
    expect((await browser.go(address)).next).toBe(`${api.address}/`)
  },
)

test('a provider that is down keeps nobody out who has a password', async () => {
  const alone = await openSampleApi({ settings: { ...DEFAULT_SETTINGS, oidc: [settingsOf('http://127.0.0.1:1')] } })
  try {
    const answer = await alone.nobody.ask('GET', '/api/session/oidc/corp')
    expect(answer.headers.get('location')).toBe('/login?problem=OIDC_UNREACHABLE')
    expect((await alone.nobody.ask('GET', '/api/session/methods')).json).toMatchObject({ oidc: [{ id: 'corp', label: 'Corp' }] })
  } finally {
    await alone.close()
  }
})

test('a provider that never stops talking is hung up on, and asked once for all who want it', async () => {
  let sent = 0
  let asked = 0
  const talker = createServer((_, response) => {
    asked++
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write('{"issuer":"')
    const more = (): void => {
      while (!response.destroyed && sent < 256 * MEGABYTE) {
        sent += 65_536
        if (!response.write('x'.repeat(65_536))) break
      }
    }
    response.on('drain', more)
    more()
  })
  await new Promise<void>((resolve) => talker.listen(0, '127.0.0.1', resolve))
  const { port } = talker.address() as AddressInfo
  const { begin } = createOidc({ providers: [settingsOf(`http://127.0.0.1:${port}`)], log: SILENT, nowNs: () => 0 })
  try {
    const wanted = await Promise.allSettled(Array.from({ length: 5 }, () => begin('corp', api.address, '/')))
    expect(wanted).toEqual(Array(5).fill({ status: 'rejected', reason: expect.objectContaining({ code: 'OIDC_UNREACHABLE' }) }))
    expect(asked).toBe(1)
    expect(sent).toBeLessThan(32 * MEGABYTE)
  } finally {
    talker.closeAllConnections()
    talker.close()
  }
})

test.each<readonly [string, Record<string, unknown>, string | undefined]>([
  ['an address of mail that nobody has looked at gives nothing', { email: 'boss@corp.example' }, 'viewer'],
  ['nor does one that turned out to be another’s', { email: 'boss@corp.example', email_verified: false }, 'viewer'],
  ['one that was looked at counts', { email: 'boss@corp.example', email_verified: true }, 'admin'],
])('roles by mail: %s', (_, claims, role) => {
  const settings = { ...settingsOf('https://id.example'), roleClaim: 'email', roles: { 'boss@corp.example': 'admin' as const } }
  expect(roleOfClaims(claims, settings)).toBe(role)
})

test.each<readonly [string, Record<string, unknown>, string | undefined]>([
  ['the highest of several counts', { groups: ['oncall', 'tarsier-admins'] }, 'admin'],
  ['a text instead of a list is one value', { groups: 'oncall' }, 'responder'],
  ['no claim gives the default', {}, 'viewer'],
  ['what is no text gives nothing', { groups: [{ admin: true }, 7, null] }, 'viewer'],
  ['names of objects are no groups', { groups: ['__proto__', 'constructor', 'toString'] }, 'viewer'],
])('roles: %s', (_, claims, role) => {
  expect(roleOfClaims(claims, settingsOf('https://id.example'))).toBe(role)
})
