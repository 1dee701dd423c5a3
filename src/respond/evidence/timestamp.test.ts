import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sha256 } from './archive/form.ts'
import { readTimestamp, requestTimestamp } from './archive/timestamp.ts'

const cannot = spawnSync('openssl', ['version']).error === undefined ? undefined : 'openssl is not installed: apt-get install openssl'
const CONFIG = `
[req]
distinguished_name = name
[name]
[ext]
basicConstraints = critical,CA:true
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = one
[one]
serial = serial
signer_cert = cert.pem
signer_key = key.pem
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
`

let folder: string
let server: Server
/** What is done to the answer before it is sent. */
let change: (answer: Buffer) => Buffer = (answer) => answer
const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsa`
const openssl = (...args: readonly string[]): Buffer => execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })

/** A real authority: OpenSSL answers, HTTP carries it. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tarsier-tsa-'))
  writeFileSync(join(folder, 'tsa.cnf'), CONFIG)
  writeFileSync(join(folder, 'serial'), '01\n')
  if (cannot === undefined)
    openssl(
      ...'req -new -x509 -nodes -newkey rsa:2048 -config tsa.cnf -extensions ext -subj /CN=tsa -keyout key.pem -out cert.pem'.split(' '),
    )
  server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      writeFileSync(join(folder, 'request.tsq'), Buffer.concat(parts))
      openssl(...'ts -reply -config tsa.cnf -queryfile request.tsq -out answer.tsr'.split(' '))
      response.setHeader('content-type', 'application/timestamp-reply').end(change(readFileSync(join(folder, 'answer.tsr'))))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await new Promise<void>((resolve) => void server.close(() => resolve()))
  rmSync(folder, { recursive: true, force: true })
})

const never = new AbortController().signal

test('OpenSSL stamps a signature, and finds its stamp right', async ({ skip }) => {
  if (cannot) skip(cannot)
  const signature = Buffer.from('a signature')
  const answer = await requestTimestamp(url(), signature, never)
  const { messageImprint, genTime } = await readTimestamp(answer)
  expect(messageImprint).toBe(sha256(signature))
  expect(Math.abs(Date.parse(genTime) - Date.now())).toBeLessThan(60_000)
  writeFileSync(join(folder, 'stamp.tsr'), answer)
  writeFileSync(join(folder, 'signature'), signature)
  expect(String(openssl(...'ts -verify -data signature -in stamp.tsr -CAfile cert.pem'.split(' ')))).toContain('OK')
})

test.for<[string, (answer: Buffer) => Buffer]>([
  ['something else', () => Buffer.from('<html>')],
  ['nothing', () => Buffer.alloc(0)],
  ['half of it', (answer) => answer.subarray(0, answer.length / 2)],
  ['more than it', (answer) => Buffer.concat([answer, Buffer.from('x')])],
  ['a refusal', () => Buffer.from('30053003020102', 'hex')],
  ['too much', () => Buffer.alloc(100_000)],
  ['depth without end', () => Buffer.from('3080'.repeat(20_000), 'hex')],
])('an authority that answers %s gives no stamp', async ([, answers], { skip }) => {
  if (cannot) skip(cannot)
  change = answers
  try {
    await expect(requestTimestamp(url(), Buffer.from('a'), never)).rejects.toMatchObject({ code: 'EVIDENCE_TIMESTAMP' })
  } finally {
    change = (answer) => answer
  }
})

test('the stamp of another request is none', async ({ skip }) => {
  if (cannot) skip(cannot)
  const other = Buffer.from(await requestTimestamp(url(), Buffer.from('a'), never))
  change = () => other
  await expect(requestTimestamp(url(), Buffer.from('b'), never)).rejects.toThrow(/of something else/)
  await expect(requestTimestamp(url(), Buffer.from('a'), never)).rejects.toThrow(/another request/)
  change = (answer) => answer
})

test('nobody there is told', async () => {
  await expect(requestTimestamp('http://127.0.0.1:1/', Buffer.from('a'), never)).rejects.toMatchObject({ code: 'EVIDENCE_TIMESTAMP' })
})
