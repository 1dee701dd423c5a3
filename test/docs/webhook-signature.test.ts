/** What the guide tells a receiver of webhooks to do accepts our requests, and no others. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { SAMPLE_FINDING } from '../../src/findings/sample-finding.ts'
import { openSampleOutput, removeSampleFolders, secretFile } from '../../src/notify/http/sample-output.ts'
import { openSampleServer, type SampleRequest } from '../../src/notify/http/sample-server.ts'
import { ROOT } from '../tarsier.ts'
import { guideBlocks } from './guide-blocks.ts'

const KEY = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`
const OTHER_KEY = `whsec_${Buffer.from('fedcba9876543210fedcba9876543210').toString('base64')}`

interface Verifier {
  readonly isFromTarsier: (headers: SampleRequest['headers'], body: string, key: string) => boolean
}

test('the guide’s verification takes what is ours, and nothing that was changed, replayed or signed by others', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tarsier-verify-'))
  const block = guideBlocks(readFileSync(join(ROOT, 'docs/guide/outputs.md'), 'utf8')).find(({ name }) => name === 'verify.mjs')
  writeFileSync(join(folder, 'verify.mjs'), block?.text ?? '')
  const { isFromTarsier } = (await import(pathToFileURL(join(folder, 'verify.mjs')).href)) as Verifier
  const server = await openSampleServer({ answer: () => ({ status: 200 }) })
  const { write, close } = openSampleOutput(`webhook+http://127.0.0.1:${server.port}/?signingKeyFile=${secretFile(KEY)}`)
  write({ ...SAMPLE_FINDING, output: 'é😀' })
  await close()
  await server.close()
  removeSampleFolders()
  rmSync(folder, { recursive: true })
  const { headers, body } = server.requests[0] as SampleRequest
  const old = { ...headers, 'webhook-timestamp': String(Number(headers['webhook-timestamp']) - 301) }
  expect([
    isFromTarsier(headers, body, KEY),
    isFromTarsier(headers, `${body} `, KEY),
    isFromTarsier(old, body, KEY),
    isFromTarsier(headers, body, OTHER_KEY),
    isFromTarsier({}, body, KEY),
  ]).toEqual([true, false, false, false, false])
})
