import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSampleApi, type SampleApi } from '../sample-api.ts'
import { sendBytes, statusOf } from '../sample-connection.ts'

const PAGE = '<!doctype html><title>Console</title>'
const SCRIPT = `export const long = '${'x'.repeat(5000)}'`

let api: SampleApi
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tarsier-console-'))
  const built = join(folder, 'console')
  mkdirSync(join(built, 'assets'), { recursive: true })
  writeFileSync(join(built, 'index.html'), PAGE)
  writeFileSync(join(built, 'assets', 'main-Ab12Cd34.js'), SCRIPT)
  writeFileSync(join(built, 'favicon.svg'), '<svg/>')
  writeFileSync(join(built, '.secret.json'), '{}')
  writeFileSync(join(folder, 'outside.json'), '{"secret":true}')
  symlinkSync(join(folder, 'outside.json'), join(built, 'link.json'))
  api = await openSampleApi({ consoleFolder: built })
})
afterAll(async () => {
  await api.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Got {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly bytes: Buffer
}

/** As it comes: fetch would take the compression away. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Got> {
  return new Promise((resolve, reject) => {
    const asked = request(`${api.address}${path}`, { method, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk) => chunks.push(chunk))
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(chunks) }))
    })
    asked.on('error', reject)
    asked.end()
  })
}

test.each(['/', '/findings', '/incidents/inc-01', '/processes/web-1/1%401', '/setup', '/login?problem=OIDC_STALE'])(
  'the page stands at %s, and is asked for anew each time',
  async (path) => {
    const { status, headers, bytes } = await get(path)
    expect({ status, type: headers['content-type'], text: bytes.toString() }).toEqual({
      status: 200,
      type: 'text/html; charset=utf-8',
      text: PAGE,
    })
    expect(headers['cache-control']).toBe('no-cache')
  },
)

test('what bears a hash in its name is kept for ever', async () => {
  const { status, headers } = await get('/assets/main-Ab12Cd34.js')
  expect(status).toBe(200)
  expect(headers['content-type']).toBe('text/javascript; charset=utf-8')
  expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
})

test.each([
  ['br', 'br', brotliDecompressSync],
  ['gzip, deflate, br', 'br', brotliDecompressSync],
  ['gzip', 'gzip', gunzipSync],
  ['gzip;q=1.0, br;q=0', 'gzip', gunzipSync],
] as const)('who takes %s gets %s', async (accepted, encoding, unpack) => {
  const { headers, bytes } = await get('/assets/main-Ab12Cd34.js', { 'accept-encoding': accepted })
  expect(headers['content-encoding']).toBe(encoding)
  expect(headers.vary).toBe('accept-encoding')
  expect(bytes.length).toBeLessThan(500)
  expect(unpack(bytes).toString()).toBe(SCRIPT)
})

test('who takes no compression gets it as it is, and small files are never compressed', async () => {
  expect((await get('/assets/main-Ab12Cd34.js')).bytes.toString()).toBe(SCRIPT)
  expect((await get('/favicon.svg', { 'accept-encoding': 'br' })).headers['content-encoding']).toBeUndefined()
})

test('who has it already gets nothing', async () => {
  const { headers } = await get('/')
  expect(await get('/', { 'if-none-match': String(headers.etag) })).toMatchObject({ status: 304, bytes: Buffer.alloc(0) })
})

test('HEAD is answered without the bytes', async () => {
  expect(await get('/', {}, 'HEAD')).toMatchObject({ status: 200, bytes: Buffer.alloc(0) })
})

describe('nothing else can be read', () => {
  test.each([
    '/../outside.json',
    '/assets/../../outside.json',
    '/%2e%2e/outside.json',
    '/..%2foutside.json',
    '/assets/..%2f..%2foutside.json',
    '/%2e%2e%5coutside.json',
    '//outside.json',
    '/link.json',
    '/.secret.json',
    '/index.html%00.json',
    '/assets/%ZZ',
    '/assets/missing.js',
    '/etc/passwd.txt',
  ])('%s', async (path) => {
    const answer = await sendBytes(api.address, [`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`])
    expect(answer).not.toContain('secret":true')
    expect([200, 400, 404]).toContain(statusOf(answer))
    if (statusOf(answer) === 200) expect(answer).toContain(PAGE)
  })
})

test('a console that was built anew is served anew', async () => {
  const page = join(folder, 'console', 'index.html')
  writeFileSync(page, `${PAGE}<p>new`)
  utimesSync(page, new Date(), new Date(Date.now() + 5000))
  expect((await get('/')).bytes.toString()).toBe(`${PAGE}<p>new`)
})

test('where no console is built, it says how to build one', async () => {
  const bare = await openSampleApi()
  try {
    const { status, text, headers } = await bare.nobody.ask('GET', '/')
    expect({ status, text }).toEqual({ status: 503, text: 'The console is not built. Run: npm run setup\n' })
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect((await bare.nobody.ask('GET', '/api/health')).json).toEqual({ status: 'ok' })
  } finally {
    await bare.close()
  }
})
