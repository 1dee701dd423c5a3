import { createHmac } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { selfSigned } from '../../test/self-signed.ts'
import { findingJson } from '../findings/finding-json.ts'
import { SAMPLE_FINDING } from '../findings/sample-finding.ts'
import { HOSTILE_FINDING } from './http/sample-hostile.ts'
import { openSampleOutput, removeSampleFolders, sampleFolder, secretFile, until } from './http/sample-output.ts'
import { openSampleServer, type SampleRequest } from './http/sample-server.ts'

afterAll(removeSampleFolders)

const KEY = Buffer.from('0123456789abcdef0123456789abcdef')

/** As the specification of Standard Webhooks tells a receiver to do it. */
function isSigned({ headers, body }: SampleRequest, key: Buffer): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = headers
  const fresh = Math.abs(Date.now() / 1000 - Number(timestamp)) < 300
  return fresh && signature === `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
}

test.each([
  ['as Standard Webhooks write them', `whsec_${KEY.toString('base64')}`],
  ['as any text', KEY.toString()],
])('requests are signed with keys %s, and what is sent again has the same id', async (_, key) => {
  const server = await openSampleServer({ answer: (_request, index) => ({ status: index === 0 ? 503 : 200 }) })
  const { write, close, stats } = openSampleOutput(`webhook+http://127.0.0.1:${server.port}?batch=1&signingKeyFile=${secretFile(key)}`)
  write(HOSTILE_FINDING, { ...SAMPLE_FINDING, id: 'other' })
  await until(() => stats().written === 2)
  await close()
  await server.close()
  expect(server.requests.map((request) => isSigned(request, KEY))).toEqual([true, true, true])
  expect(server.requests.map((request) => isSigned({ ...request, body: `${request.body} ` }, KEY))).toEqual([false, false, false])
  const [first, again, other] = server.requests.map(({ headers }) => headers['webhook-id'])
  expect(again).toBe(first)
  expect(other).not.toBe(first)
})

test('a finding for itself is the line that the output json prints', async () => {
  const server = await openSampleServer({ answer: () => ({ status: 200 }) })
  const { write, close } = openSampleOutput(`webhook+http://127.0.0.1:${server.port}/?batch=1`)
  write(HOSTILE_FINDING)
  await close()
  await server.close()
  expect(server.requests[0]?.body).toBe(findingJson(HOSTILE_FINDING))
  expect(server.requests[0]?.headers['content-type']).toBe('application/json')
})

test('text is one line for each finding, whatever it holds', async () => {
  const server = await openSampleServer({ answer: () => ({ status: 200 }) })
  const { write, close } = openSampleOutput(`webhook+http://127.0.0.1:${server.port}/?format=text`)
  write(HOSTILE_FINDING, SAMPLE_FINDING)
  await close()
  await server.close()
  expect(server.requests[0]?.body.split('\n')).toHaveLength(3)
})

test('over TLS the certificate is checked', async () => {
  const { cert, key } = selfSigned()
  const path = join(sampleFolder(), 'cert.pem')
  writeFileSync(path, cert)
  const server = await openSampleServer({ tls: { key: Buffer.from(key), cert: Buffer.from(cert) }, answer: () => ({ status: 200 }) })
  const good = openSampleOutput(`webhook://127.0.0.1:${server.port}/?batch=1&ca=${path}`)
  const bad = openSampleOutput(`webhook://127.0.0.1:${server.port}/?batch=1`)
  for (const { write } of [good, bad]) write(SAMPLE_FINDING)
  await until(() => good.stats().written === 1 && bad.logged.length > 0)
  await Promise.all([good.close(), bad.close()])
  await server.close()
  expect(bad.logged[0]).toMatch(/cannot deliver.*certificate/)
  expect(bad.deadLetters()).toHaveLength(1)
})

test('through a proxy, when that is asked for, and not otherwise', async () => {
  const { cert, key } = selfSigned()
  const path = join(sampleFolder(), 'cert.pem')
  writeFileSync(path, cert)
  const server = await openSampleServer({ tls: { key: Buffer.from(key), cert: Buffer.from(cert) }, answer: () => ({ status: 200 }) })
  const asked: string[] = []
  const proxy = createServer().on('connect', (request: IncomingMessage, client: Socket) => {
    asked.push(request.url ?? '')
    const onward = connect(server.port, '127.0.0.1', () => client.write('HTTP/1.1 200 Connection established\r\n\r\n'))
    onward.pipe(client).pipe(onward)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`)
  for (const more of ['&proxy=true', '']) {
    const { write, close, stats } = openSampleOutput(`webhook://127.0.0.1:${server.port}/?batch=1&ca=${path}${more}`)
    write(SAMPLE_FINDING)
    await until(() => stats().written === 1)
    await close()
  }
  vi.unstubAllEnvs()
  proxy.closeAllConnections()
  proxy.close()
  await server.close()
  expect(asked).toEqual([`127.0.0.1:${server.port}`])
  expect(server.requests).toHaveLength(2)
})
