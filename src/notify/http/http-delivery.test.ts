/** What all outputs over HTTP do, shown by the webhook against a real server on this host. */
import { writeFileSync } from 'node:fs'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { SAMPLE_FINDING } from '../../findings/sample-finding.ts'
import { retryAfterMs } from './http-outcome.ts'
import { openSampleOutput, removeSampleFolders, secretFile, until } from './sample-output.ts'
import { openSampleServer, type SampleAnswer, type SampleServer } from './sample-server.ts'

const finding = (output: string) => ({ ...SAMPLE_FINDING, output })
const outputsOf = (body: string): string[] => [JSON.parse(body) as { output: string }].flat().map((one) => one.output)

const servers: SampleServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})
afterAll(removeSampleFolders)

/** Answers in this order, then 200. */
async function serve(...answers: readonly (SampleAnswer | undefined)[]): Promise<SampleServer> {
  const server = await openSampleServer({ answer: (_, index) => (index < answers.length ? answers[index] : { status: 200 }) })
  servers.push(server)
  return server
}

const hook = ({ port }: SampleServer, settings = 'batch=1'): string => `webhook+http://127.0.0.1:${port}/hook?${settings}`

test('findings come in one request, in their order', async () => {
  const server = await serve()
  const { write, close, stats } = openSampleOutput(hook(server, 'batch=3'))
  write(finding('a'), finding('b'), finding('c'))
  await close()
  expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /hook'])
  expect(outputsOf(server.requests[0]?.body ?? '')).toEqual(['a', 'b', 'c'])
  expect(stats()).toMatchObject({ written: 3, dropped: 0 })
})

describe('an answer of', () => {
  const CASES: readonly [sentence: string, answer: SampleAnswer | undefined, requests: number, written: number, reason: RegExp][] = [
    ['204 is taken for a yes', { status: 204 }, 1, 2, /^$/],
    ['503 is tried again', { status: 503, body: 'busy' }, 2, 2, /it answers 503: busy/],
    ['429 is tried again', { status: 429 }, 2, 2, /it answers 429/],
    ['408 is tried again', { status: 408 }, 2, 2, /it answers 408/],
    ['nothing at all is tried again', undefined, 2, 2, /socket hang up/],
    ['401 is final', { status: 401, body: 'who are you' }, 1, 0, /it answers 401: who are you/],
    [
      '404 is final, and a page is not quoted',
      { status: 404, headers: { 'content-type': 'text/html' }, body: '<p>' },
      1,
      0,
      /it answers 404\)/,
    ],
    ['302 is final: nobody is sent elsewhere', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, 1, 0, /not followed/],
  ]

  test.each(CASES)('%s', async (_, answer, requests, written, reason) => {
    const server = await serve(answer)
    const { write, close, stats, logged } = openSampleOutput(hook(server, 'batch=2'))
    write(finding('a'), finding('b'))
    await until(() => stats().written + stats().dropped === 2)
    await close()
    expect(server.requests).toHaveLength(requests)
    expect(stats()).toMatchObject({ written, dropped: 2 - written })
    expect(logged[0] ?? '').toMatch(reason)
  })

  test('400 is sent in halves: what is at fault is kept, the others arrive', async () => {
    const server = await openSampleServer({ answer: ({ body }) => ({ status: body.includes('"bad"') ? 400 : 200, body: 'no' }) })
    servers.push(server)
    const { write, close, stats, deadLetters } = openSampleOutput(hook(server, 'batch=3'))
    write(finding('a'), finding('bad'), finding('c'))
    await close()
    expect(stats()).toMatchObject({ written: 2, dropped: 1 })
    expect(deadLetters()).toMatchObject([{ output: 'webhook-127.0.0.1', reason: 'it answers 400: no', finding: { output: 'bad' } }])
  })
})

describe('Retry-After', () => {
  const NOW = Date.parse('2026-11-22T20:00:00Z')
  const CASES: readonly [text: string, ms: number | undefined][] = [
    ['120', 120_000],
    ['Sun, 22 Nov 2026 20:00:30 GMT', 30_000],
    ['Sun, 22 Nov 2026 19:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', expect.any(Number) as unknown as number],
  ]
  test.each(CASES)('%s', (text, ms) => expect(retryAfterMs({ headers: { 'retry-after': text } }, NOW)).toEqual(ms))

  test('is waited for', async () => {
    const server = await serve({ status: 429, headers: { 'retry-after': '1' } })
    const { write, close, stats } = openSampleOutput(hook(server))
    const started = performance.now()
    write(finding('a'))
    await until(() => stats().written === 1)
    expect(performance.now() - started).toBeGreaterThan(1000)
    await close()
  })
})

test('a server that is away and comes back gets everything, oldest first', async () => {
  const first = await serve()
  await first.close()
  servers.pop()
  const { write, close, stats, logged } = openSampleOutput(hook(first, 'batch=2'))
  write(finding('a'), finding('b'))
  await until(() => logged.length === 1)
  write(finding('c'))
  const second = await openSampleServer({ answer: () => ({ status: 200 }), port: first.port })
  servers.push(second)
  await until(() => stats().written === 3)
  await close()
  expect(second.requests.flatMap(({ body }) => outputsOf(body))).toEqual(['a', 'b', 'c'])
  expect(logged[0]).toMatch(/cannot deliver; its findings wait.*ECONNREFUSED/)
  expect(logged[1]).toMatch(/delivers again/)
})

test('a kept connection that the server has closed meanwhile is no failure', async () => {
  const server = await serve({ status: 200 }, undefined)
  const { write, close, stats, logged } = openSampleOutput(hook(server))
  write(finding('a'))
  await until(() => stats().written === 1)
  write(finding('b'))
  await until(() => stats().written === 2)
  await close()
  expect(server.requests).toHaveLength(3)
  expect(logged).toEqual([])
})

describe('secrets', () => {
  test('are in the request and nowhere else, also when the server repeats them', async () => {
    const server = await serve({ status: 403, body: 'token s3cr3t-token is not known' })
    const { write, close, logged, deadLetters, stats } = openSampleOutput(hook(server, `batch=1&tokenFile=${secretFile('s3cr3t-token')}`))
    write(finding('a'))
    await close()
    expect(server.requests[0]?.headers.authorization).toBe('Bearer s3cr3t-token')
    expect(logged.join('') + JSON.stringify([deadLetters(), stats()])).not.toContain('s3cr3t')
    expect(deadLetters()[0]?.reason).toBe('it answers 403: token … is not known')
  })

  test('are read anew on SIGHUP, and a file that is gone leaves the one before', async () => {
    const path = secretFile('old')
    const server = await serve()
    const { write, close, reopen, stats } = openSampleOutput(hook(server, `batch=1&tokenFile=${path}&tokenHeader=api-key`))
    const send = async (output: string) => {
      const { written } = stats()
      write(finding(output))
      await until(() => stats().written === written + 1)
    }
    await send('a')
    writeFileSync(path, 'new\n')
    reopen()
    await send('b')
    writeFileSync(path, '')
    reopen()
    await send('c')
    await close()
    expect(server.requests.map(({ headers }) => headers['api-key'])).toEqual(['old', 'new', 'new'])
  })

  test('come from a variable as well', async () => {
    process.env.TARSIER_TEST_PASSWORD = 'pass:word'
    const server = await serve()
    const { write, close } = openSampleOutput(hook(server, 'batch=1&user=me&passwordEnv=TARSIER_TEST_PASSWORD'))
    delete process.env.TARSIER_TEST_PASSWORD
    write(finding('a'))
    await close()
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:pass:word').toString('base64')}`)
  })
})

describe('refused at start', () => {
  const CASES: readonly [sentence: string, spec: () => string, message: RegExp][] = [
    ['http to another host', () => 'webhook+http://192.0.2.1/', /http to 192.0.2.1 is not safe/],
    ['http to another host in a secret URL', () => `webhook?urlFile=${secretFile('http://192.0.2.1/abc')}`, /not safe: use https/],
    ['a secret that is no URL', () => `slack?urlFile=${secretFile('hooks.slack.com/services/abc')}`, /no URL that begins with https/],
    ['a secret file that is not there', () => 'slack?urlFile=/nowhere', /cannot read \/nowhere/],
    ['a variable that is not set', () => 'slack?urlEnv=TARSIER_NOT_SET', /TARSIER_NOT_SET is empty/],
    ['no secret', () => 'slack', /urlFile or urlEnv is missing/],
    ['a secret with a line break in it', () => `pagerduty?tokenFile=${secretFile('a\nb')}`, /no part of a secret/],
    ['a file and a variable', () => 'slack?urlEnv=A&urlFile=/x', /either urlFile or urlEnv/],
    ['a name without a password', () => 'webhook://h?user=me', /belong together/],
    ['a certificate that is not there', () => 'webhook://h?ca=/nowhere.pem', /cannot read \/nowhere.pem/],
    ['no host and no URL', () => 'webhook', /a host, urlFile or urlEnv is missing/],
    ['a host that is none', () => 'webhook://a%2fb/', /host: must be a name/],
  ]
  test.each(CASES)('%s', (_, spec, message) => {
    expect(() => openSampleOutput(spec())).toThrow(
      expect.objectContaining({ code: 'OUTPUT_SETTING', message: expect.stringMatching(message) }),
    )
  })

  test('a URL on the command line that is a secret, without repeating it', () => {
    expect(() => openSampleOutput('slack://hooks.slack.com/services/T0/B0/abcdef')).toThrow(/^(?!.*abcdef).*put it into a file/)
  })

  test('a password before the host, without repeating it', () => {
    expect(() => openSampleOutput('webhook://me:hunter2@hooks.example.org/')).toThrow(/^(?!.*hunter2)/)
  })
})

test('http to another host is allowed when it is asked for', async () => {
  const { close } = openSampleOutput('webhook+http://192.0.2.1/?insecure=true')
  await close(100)
})
