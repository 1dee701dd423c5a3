import { connect, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { findingOf } from '../../store/conformance/samples.ts'
import { type Caller, openSampleApi, type SampleApi } from '../sample-api.ts'
import type { LiveMessage } from '../services.ts'
import type { StreamLimits } from './live-streams.ts'

let api: SampleApi | undefined
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await api?.close()
  api = undefined
})

const PLENTY = { perMinute: 60_000, burst: 60_000 }
const open = async (streams: Partial<StreamLimits> = {}): Promise<SampleApi> => {
  api = await openSampleApi({ limits: { anonymous: PLENTY, user: PLENTY, streams: { gatherMs: 10, ...streams } } })
  return api
}

const found = (id: string, output = ''): LiveMessage => ({
  kind: 'finding',
  finding: { ...findingOf({ id, output }), incidentId: undefined, excepted: false },
})

/** What has come so far on a stream. */
interface Listening {
  readonly text: () => string
  readonly until: (part: string) => Promise<void>
  readonly ended: Promise<unknown>
}

async function listen({ address }: SampleApi, caller: Caller, headers: Record<string, string> = {}): Promise<Listening> {
  const answer = await fetch(`${address}/api/stream`, { headers: { ...caller.headers, ...headers } })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('text/event-stream')
  expect(answer.headers.get('cache-control')).toBe('no-store')
  let text = ''
  const waiting = new Set<() => void>()
  const ended = (async () => {
    const decoder = new TextDecoder()
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk, { stream: true })
      for (const check of waiting) check()
    }
  })().catch(() => undefined)
  const until = (part: string): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (!text.includes(part)) return
        waiting.delete(check)
        resolve()
      }
      waiting.add(check)
      check()
    })
  await until('event: hello')
  return { text: () => text, until, ended }
}

test('a hundred clients hear of every message, each with its id, kind and JSON', async () => {
  const server = await open()
  const caller = server.logIn('viewer')
  const clients = await Promise.all(Array.from({ length: 100 }, () => listen(server, caller)))
  expect(server.counts().streams).toBe(100)
  for (let index = 0; index < 50; index++) server.services.live.publish(found(`f${index}`, 'two\nlines'))
  await Promise.all(clients.map((client) => client.until('"id":"f49"')))
  for (const client of clients) {
    const events = client
      .text()
      .split('\n\n')
      .filter((event) => event.startsWith('id: '))
    expect(events.map((event) => /^id: (\d+)\nevent: finding\ndata: \{"id":"f(\d+)"/.exec(event)?.slice(1).map(Number))).toEqual(
      Array.from({ length: 50 }, (_, index) => [index + 1, index]),
    )
  }
})

test('who comes back hears what was missed', async () => {
  const server = await open()
  for (let index = 0; index < 5; index++) server.services.live.publish(found(`f${index}`))
  const client = await listen(server, server.logIn('viewer'), { 'last-event-id': '3' })
  await client.until('"id":"f4"')
  expect(client.text()).not.toContain('"id":"f2"')
  expect(client.text()).toContain('"id":"f3"')
})

test.each<readonly [string, (server: SampleApi, caller: Caller) => unknown]>([
  ['logs out', (_, caller) => caller.ask('DELETE', '/api/session')],
  ['is disabled', (server, caller) => server.logIn('admin').ask('PATCH', `/api/users/${caller.user?.id}`, { disabled: true })],
  ['is taken away by somebody at the store', (server, caller) => server.services.store.state.access.users.remove(caller.user?.id ?? '')],
  ['was here too long', (server) => server.turnClock(8 * 86_400)],
])('a stream ends when its user %s', async (_, end) => {
  const server = await open({ heartbeatMs: 50 })
  const caller = server.logIn('viewer')
  const client = await listen(server, caller)
  await end(server, caller)
  await client.ended
  await expect.poll(() => server.counts().streams).toBe(0)
})

test('a stream by token ends with the token', async () => {
  const server = await open({ heartbeatMs: 50 })
  const caller = server.withToken('viewer')
  const client = await listen(server, caller)
  const { tokens } = server.services.store.state.access
  for (const { id } of tokens.list(undefined)) tokens.remove(id)
  await client.ended
})

test('a comment comes now and then, so that nobody takes the line for dead', async () => {
  const server = await open({ heartbeatMs: 50 })
  const client = await listen(server, server.logIn('viewer'))
  await client.until('\n\n:\n\n')
})

test('a client that takes nothing is sent away; the others hear everything', async () => {
  const server = await open({ mostWaitingBytes: 4 * 2 ** 20, gatherMs: 1 })
  const caller = server.logIn('viewer')
  const good = await listen(server, caller)
  await stuckClient(server, caller)
  await expect.poll(() => server.counts().streams).toBe(2)
  const long = 'x'.repeat(100_000)
  let sent = 0
  while (server.counts().streamsDroppedAsSlow === 0 && sent < 2000) {
    server.services.live.publish(found(`f${sent++}`, long))
    await good.until(`"id":"f${sent - 1}"`)
  }
  await expect.poll(() => server.counts()).toEqual({ streams: 1, streamsDroppedAsSlow: 1 })
  server.services.live.publish(found('last'))
  await good.until('"id":"last"')
  expect(server.logged.some((line) => line.includes('takes too long'))).toBe(true)
})

/** Asks for the stream and never reads it. */
function stuckClient({ address }: SampleApi, { headers }: Caller): Promise<void> {
  const { hostname, port } = new URL(address)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(`GET /api/stream HTTP/1.1\r\nHost: ${hostname}\r\nCookie: ${headers.cookie}\r\n\r\n`)
      socket.pause()
      resolve()
    })
    socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? undefined : reject(error)))
    sockets.push(socket)
  })
}

test('there is an end to streams, of one user and of all', async () => {
  const server = await open({ mostOfOneUser: 2, mostStreams: 3 })
  const [ada, bob] = [server.logIn('viewer'), server.logIn('viewer')]
  await Promise.all([listen(server, ada), listen(server, ada)])
  expect(await ada.ask('GET', '/api/stream')).toMatchObject({ status: 503, json: { code: 'API_STREAMS_FULL' } })
  await listen(server, bob)
  expect((await bob.ask('GET', '/api/stream')).status).toBe(503)
})

test('of a burst of ten thousand findings the newest come, and how many did not; whatever else happened comes whole', async () => {
  const server = await open()
  const client = await listen(server, server.logIn('viewer'))
  for (let index = 0; index < 10_000; index++) {
    server.services.live.publish(found(`f${index}`))
    if (index % 100 === 0) server.services.live.publish({ kind: 'rules', changed: [`r${index}`] })
    if (index % 1000 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  await client.until('"id":"f9999"')
  const left = [...client.text().matchAll(/event: gap\ndata: \{"left":(\d+)\}/g)].reduce((sum, [, count]) => sum + Number(count), 0)
  const came = [...client.text().matchAll(/"id":"f(\d+)"/g)].map(([, number]) => Number(number))
  expect(left + came.length).toBe(10_000)
  expect(came).toEqual(came.toSorted((a, b) => a - b))
  expect(client.text().match(/event: rules/g)).toHaveLength(100)
})

test('who was away during a burst hears of its newest and of how many were left out', async () => {
  const server = await open({ mostMissed: 10 })
  for (let index = 0; index < 50; index++) server.services.live.publish(found(`f${index}`))
  const client = await listen(server, server.logIn('viewer'), { 'last-event-id': '5' })
  await client.until('"id":"f49"')
  expect(client.text()).toContain('event: gap\ndata: {"left":35}')
  expect(client.text().match(/event: finding/g)).toHaveLength(10)
})
