/**
 * A double of S3’s PUT, which checks each signature with another implementation of Signature Version 4 (aws4fetch) and answers as S3 does; a
 * server that would keep the objects comes with neither Debian nor npm.
 */
import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { AwsV4Signer } from 'aws4fetch'
import { afterAll, expect, test, vi } from 'vitest'
import { findingJson } from '../findings/finding-json.ts'
import { SAMPLE_FINDING } from '../findings/sample-finding.ts'
import { HOSTILE_FINDING } from './http/sample-hostile.ts'
import { openSampleOutput, removeSampleFolders, secretFile, until } from './http/sample-output.ts'
import { openSampleServer, type SampleAnswer, type SampleRequest } from './http/sample-server.ts'
import { signed } from './s3-signature.ts'

afterAll(removeSampleFolders)

const ID = 'AKIDEXAMPLE'
const KEY = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'

const errorOf = (status: number, code: string): SampleAnswer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`,
})

/** The signature that the other implementation gives to the same request. */
async function expectedSignature({ method, path, headers }: SampleRequest, token: string | undefined): Promise<string | null> {
  const asSent = (name: string): string => String(headers[name] ?? '')
  const signer = new AwsV4Signer({
    method,
    url: `http://${asSent('host')}${path}`,
    headers: Object.fromEntries(['content-type', 'content-encoding', 'x-amz-content-sha256'].map((name) => [name, asSent(name)])),
    accessKeyId: ID,
    secretAccessKey: KEY,
    ...(token !== undefined && { sessionToken: token }),
    service: 's3',
    region: 'eu-central-1',
    datetime: asSent('x-amz-date'),
    allHeaders: true,
  })
  return (await signer.sign()).headers.get('authorization')
}

async function openDouble(answer: (n: number) => SampleAnswer | undefined = () => undefined) {
  const objects = new Map<string, string>()
  const checks: Promise<void>[] = []
  const server = await openSampleServer({
    answer: (request, n) => {
      const { method, path, headers, bytes } = request
      if (method !== 'PUT') return errorOf(405, 'MethodNotAllowed')
      if (headers['x-amz-content-sha256'] !== createHash('sha256').update(bytes).digest('hex'))
        return errorOf(400, 'XAmzContentSHA256Mismatch')
      const token = headers['x-amz-security-token'] as string | undefined
      checks.push(expectedSignature(request, token).then((expected) => expect(headers.authorization).toBe(expected)))
      const failed = answer(n)
      if (failed !== undefined) return failed
      if (!String(headers.authorization).includes(`Credential=${ID}/`)) return errorOf(403, 'InvalidAccessKeyId')
      objects.set(path, gunzipSync(bytes).toString())
      return { status: 200, headers: { etag: '"x"' } }
    },
  })
  return { ...server, objects, checked: () => Promise.all(checks) }
}

const settings = (more = ''): string =>
  `pathStyle=true&region=eu-central-1&accessKeyFile=${secretFile(ID)}&secretKeyFile=${secretFile(KEY)}${more}`
const open = (port: number, more = '', path = '') =>
  openSampleOutput(`s3+http://bucket${path}?endpoint=127.0.0.1&port=${port}&${settings(more)}`)

test('a double that checks signatures independently takes findings as one compressed object', async () => {
  const double = await openDouble()
  const { write, close, stats } = open(double.port)
  write(SAMPLE_FINDING, HOSTILE_FINDING)
  await close()
  await double.close()
  await double.checked()
  expect(stats()).toMatchObject({ written: 2, dropped: 0 })
  const [[path = '', text = ''] = []] = [...double.objects]
  expect(path).toMatch(/^\/bucket\/tarsier\/2023-11-14\/web-1\/20231114T221320Z-[0-9a-f]{16}\.ndjson\.gz$/)
  expect(text).toBe(`${findingJson(SAMPLE_FINDING)}\n${findingJson(HOSTILE_FINDING)}\n`)
})

test('a double that checks signatures independently takes names with odd characters, and session tokens', async () => {
  const double = await openDouble()
  vi.stubEnv('TOKEN', 'se55ion/+==')
  const { write, close, stats } = open(
    double.port,
    '&sessionTokenEnv=TOKEN&format=ocsf',
    "/a b/(x)!*'~/year={year}/month={month}/{hour}/{host}",
  )
  vi.unstubAllEnvs()
  write({ ...SAMPLE_FINDING, hostname: '../../e vil\u202e' })
  await close()
  await double.close()
  await double.checked()
  expect(stats()).toMatchObject({ written: 1, dropped: 0 })
  const [[path = '', text = '{}'] = []] = [...double.objects]
  expect(path).toBe('/bucket/a%20b/%28x%29%21%2A%27~/year%3D2023/month%3D11/22/.._.._e_vil_')
  expect(JSON.parse(text)).toMatchObject({ class_uid: 2004 })
})

test('a double that checks signatures independently has no time at first: the same object is written again', async () => {
  const double = await openDouble((n) => (n === 0 ? errorOf(503, 'SlowDown') : undefined))
  const { write, close, stats } = open(double.port, '&batch=2')
  write(SAMPLE_FINDING, { ...SAMPLE_FINDING, id: 'second' })
  await until(() => stats().written === 2)
  await close()
  await double.close()
  await double.checked()
  expect(double.requests.map(({ path }) => path)).toEqual([...double.objects.keys(), ...double.objects.keys()])
})

test('a double that checks signatures independently refuses a bucket: the findings are kept, no secret is told', async () => {
  const double = await openDouble(() => errorOf(404, 'NoSuchBucket'))
  const { write, close, stats, logged, deadLetters } = open(double.port)
  write(SAMPLE_FINDING)
  await close()
  await double.close()
  expect(stats()).toMatchObject({ written: 0, dropped: 1 })
  expect(deadLetters()[0]?.reason).toMatch(/404.*NoSuchBucket/)
  expect(logged.join('')).not.toContain(KEY)
})

test('the signature of a PUT is that of another implementation', async () => {
  const request = {
    method: 'PUT',
    url: new URL('https://examplebucket.s3.eu-central-1.amazonaws.com/test%24file.text'),
    body: Buffer.from('Welcome to Amazon S3.'),
  }
  const headers = signed({
    ...request,
    headers: { 'content-type': 'text/plain' },
    accessKey: ID,
    secretKey: KEY,
    sessionToken: undefined,
    region: 'eu-central-1',
    nowMs: Date.UTC(2013, 4, 24),
  })
  const other = new AwsV4Signer({
    method: 'PUT',
    url: request.url.href,
    headers: { 'content-type': 'text/plain', 'x-amz-content-sha256': createHash('sha256').update(request.body).digest('hex') },
    accessKeyId: ID,
    secretAccessKey: KEY,
    service: 's3',
    region: 'eu-central-1',
    datetime: '20130524T000000Z',
    allHeaders: true,
  })
  expect(headers.authorization).toBe((await other.sign()).headers.get('authorization'))
})

const WRONG: readonly [sentence: string, spec: string, problem: RegExp][] = [
  ['no keys', 's3://bucket', /accessKeyFile or accessKeyEnv is missing/],
  ['plain HTTP to another host', `s3+http://bucket?endpoint=minio.example.org&accessKeyEnv=PATH&secretKeyEnv=PATH`, /is not safe/],
  ['a name that leaves its place', 's3://bucket/a/../b', /object: must be a name/],
  ['a part that is not known', 's3://bucket/{year}/{rule}', /object: knows \{date\}/],
  ['no bucket', 's3:', /a bucket must follow/],
]

test.each(WRONG)('%s is refused at start', (_, spec, problem) => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', '')
  expect(() => openSampleOutput(spec)).toThrow(problem)
  vi.unstubAllEnvs()
})
