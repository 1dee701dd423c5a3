import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { selfSigned } from '../../../test/self-signed.ts'
import { effectiveSettings } from './effective-settings.ts'

const NOTHING = { listen: undefined, tlsCert: undefined, tlsKey: undefined }
const TLS = selfSigned()

let bare: string
let full: string
beforeAll(() => {
  bare = mkdtempSync(join(tmpdir(), 'tarsier-settings-'))
  full = mkdtempSync(join(tmpdir(), 'tarsier-settings-'))
  writeFileSync(join(full, 'server.yaml'), 'listen: 10.0.0.1:443\ntls: { cert: cert.pem, key: key.pem }\n')
  writeFileSync(join(full, 'cert.pem'), TLS.cert)
  writeFileSync(join(full, 'key.pem'), TLS.key)
})
afterAll(() => {
  for (const folder of [bare, full]) rmSync(folder, { recursive: true, force: true })
})

test('without anything said the server listens on loopback, without TLS', () => {
  expect(effectiveSettings(bare, NOTHING, Date.now())).toMatchObject({ listen: { host: '127.0.0.1', port: 7331 }, tls: undefined })
})

test('server.yaml is asked, and the command line counts more', () => {
  expect(effectiveSettings(full, NOTHING, Date.now())).toMatchObject({ listen: { host: '10.0.0.1', port: 443 }, tls: TLS })
  const listen = { host: '127.0.0.1', port: 1 }
  expect(effectiveSettings(full, { ...NOTHING, listen }, Date.now()).listen).toEqual(listen)
  const files = { tlsCert: join(full, 'cert.pem'), tlsKey: join(full, 'key.pem') }
  expect(effectiveSettings(bare, { ...NOTHING, ...files }, Date.now()).tls).toEqual(TLS)
})

test('a certificate without its key is refused', () => {
  const half = { ...NOTHING, tlsCert: join(full, 'cert.pem') }
  expect(() => effectiveSettings(bare, half, Date.now())).toThrowError(expect.objectContaining({ code: 'API_TLS' }))
})
