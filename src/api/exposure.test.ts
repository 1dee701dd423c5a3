import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { request } from 'node:https'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { selfSigned } from '../../test/self-signed.ts'
import { openSampleApi } from './sample-api.ts'
import { readTlsFiles } from './settings/tls-files.ts'

const TLS = selfSigned()

describe('beyond this host the server does not listen', () => {
  test.each(['0.0.0.0', '::', '10.0.0.1', 'example.org'])('at %s without TLS', async (host) => {
    await expect(openSampleApi({ listen: { host, port: 0 } })).rejects.toMatchObject({ code: 'API_PUBLIC_NO_TLS' })
  })

  test('with TLS, but before there is an admin', async () => {
    await expect(openSampleApi({ listen: { host: '0.0.0.0', port: 0 }, tls: TLS })).rejects.toMatchObject({ code: 'API_PUBLIC_NO_ADMIN' })
  })
})

test('a port that is taken is told as one', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const { port } = taken.address() as { port: number }
  await expect(openSampleApi({ listen: { host: '127.0.0.1', port } })).rejects.toMatchObject({ code: 'API_LISTEN' })
  await new Promise((resolve) => taken.close(resolve))
})

test('each start makes a new link for the first admin, and the one before is good no more', async () => {
  const api = await openSampleApi()
  try {
    const link = api.setUpLink ?? ''
    const { openApi } = await import('./open-api.ts')
    const second = await openApi({
      services: api.services,
      listen: { host: '127.0.0.1', port: 0 },
      consoleFolder: '/nonexistent',
      backupFolder: '/nonexistent',
      log: { debug: () => {}, info: () => {}, warning: () => {}, error: () => {} },
    })
    const body = { name: 'ada', password: 'four horses in the rain' }
    expect(await api.nobody.ask('POST', '/api/setup', { ...body, secret: link.split('#')[1] })).toMatchObject({ status: 403 })
    expect(await api.nobody.ask('POST', '/api/setup', { ...body, secret: second.setUpLink?.split('#')[1] })).toMatchObject({ status: 201 })
    await second.close()
  } finally {
    await api.close()
  }
})

test('the link is good for a day', async () => {
  const api = await openSampleApi()
  try {
    api.pass(86_400)
    const secret = api.setUpLink?.split('#')[1]
    const answer = await api.nobody.ask('POST', '/api/setup', { secret, name: 'ada', password: 'four horses in the rain' })
    expect(answer).toMatchObject({ status: 403, json: { code: 'SETUP_SECRET' } })
  } finally {
    await api.close()
  }
})

test('with TLS the cookie is bound to the host, and the browser is told to stay with TLS', async () => {
  const api = await openSampleApi({ tls: TLS })
  try {
    expect(api.address).toMatch(/^https:/)
    const secret = api.setUpLink?.split('#')[1]
    const answer = await askTls(api.address, '/api/setup', { secret, name: 'ada', password: 'four horses in the rain' })
    expect(answer.status).toBe(201)
    expect(answer.headers['set-cookie']?.[0]).toMatch(
      /^__Host-tarsier=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    )
    expect(answer.headers['strict-transport-security']).toBe('max-age=31536000')
  } finally {
    await api.close()
  }
})

interface TlsAnswer {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
}

function askTls(address: string, path: string, body: object): Promise<TlsAnswer> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', ca: TLS.cert, agent: false as const, headers: { 'content-type': 'application/json' } }
    const asked = request(`${address}${path}`, options, (answer) => {
      answer.resume()
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers }))
    })
    asked.on('error', reject)
    asked.end(JSON.stringify(body))
  })
}

describe('certificate and key', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tarsier-tls-'))
    for (const [name, text] of Object.entries({
      cert: TLS.cert,
      key: TLS.key,
      other: selfSigned().key,
      none: 'nothing',
      ended: ENDED.cert,
      endedKey: ENDED.key,
    })) {
      writeFileSync(join(folder, name), text)
    }
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const ENDED = selfSigned(new Date(Date.now() - 3_600_000))

  test.each([
    ['none', 'key'],
    ['cert', 'none'],
    ['cert', 'other'],
    ['missing', 'key'],
    ['ended', 'endedKey'],
  ])('%s with %s are refused with a reason', (cert, key) => {
    const paths = { cert: join(folder, cert), key: join(folder, key) }
    expect(() => readTlsFiles(paths, Date.now())).toThrowError(expect.objectContaining({ code: 'API_TLS' }))
  })

  test('that belong together are taken', () => {
    expect(readTlsFiles({ cert: join(folder, 'cert'), key: join(folder, 'key') }, Date.now())).toEqual(TLS)
  })
})
