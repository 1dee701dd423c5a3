import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEFAULT_SETTINGS, readServerSettings } from './server-settings.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tarsier-settings-'))
  writeFileSync(join(folder, 'corp.secret'), 'geheim\n')
  writeFileSync(join(folder, 'empty.secret'), '\n')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function read(text: string) {
  const path = join(folder, 'server.yaml')
  writeFileSync(path, text)
  return readServerSettings(path)
}

test('where there is no file, and where it is empty, the defaults hold', () => {
  expect(readServerSettings(join(folder, 'none.yaml'))).toEqual(DEFAULT_SETTINGS)
  expect(read('')).toEqual(DEFAULT_SETTINGS)
})

test('everything that can be said', () => {
  const settings = read(`
listen: 0.0.0.0:7331
tls: { cert: tls/cert.pem, key: /etc/tarsier/key.pem }
publicNames: [tarsier.example.org]
session: { idle: 1h, longest: 1d }
oidc:
  - id: corp
    label: Corp
    issuer: https://id.example.org
    clientId: tarsier
    clientSecretFile: corp.secret
    roleClaim: roles
    roles: { tarsier-admins: admin }
    defaultRole: none
  - { id: other, label: Other, issuer: 'http://127.0.0.1:9000', clientId: public }
`)
  expect(settings).toEqual({
    listen: { host: '0.0.0.0', port: 7331 },
    tls: { cert: join(folder, 'tls/cert.pem'), key: '/etc/tarsier/key.pem' },
    publicNames: ['tarsier.example.org'],
    session: { idleMs: 3_600_000, longestMs: 86_400_000 },
    oidc: [
      {
        id: 'corp',
        label: 'Corp',
        issuer: 'https://id.example.org',
        clientId: 'tarsier',
        clientSecret: 'geheim',
        scopes: ['openid', 'profile', 'email'],
        roleClaim: 'roles',
        roles: { 'tarsier-admins': 'admin' },
        defaultRole: undefined,
      },
      {
        id: 'other',
        label: 'Other',
        issuer: 'http://127.0.0.1:9000',
        clientId: 'public',
        clientSecret: undefined,
        scopes: ['openid', 'profile', 'email'],
        roleClaim: 'groups',
        roles: {},
        defaultRole: 'viewer',
      },
    ],
  })
})

const PROVIDER = 'id: corp\n    label: Corp\n    clientId: x\n    issuer: '

test.each([
  ['listen: everywhere', 'listen: must be an address'],
  ['listen: [', 'Flow sequence'],
  ['port: 7331', 'port'],
  ['session: { idle: 5s }', 'session.idle: must be a time of at least 1m'],
  ['publicNames: [https://x.org]', 'publicNames.0: must be a name without a port'],
  [`oidc:\n  - ${PROVIDER}http://id.example.org`, 'oidc.0.issuer: must be an https address'],
  [`oidc:\n  - ${PROVIDER}https://id.example.org\n    roles: { x: king }`, 'oidc.0.roles.x'],
  [`oidc:\n  - ${PROVIDER}https://id.example.org\n    clientSecret: geheim`, 'clientSecret'],
  [`oidc:\n  - ${PROVIDER}https://id.example.org\n    clientSecretFile: none.secret`, 'cannot be read'],
  [`oidc:\n  - ${PROVIDER}https://id.example.org\n    clientSecretFile: empty.secret`, 'holds no secret'],
  [`oidc:\n  - ${PROVIDER}https://id.example.org\n  - ${PROVIDER}https://id.example.org`, 'two providers have the id corp'],
  ['- a list', 'expected object'],
  ['a: &a [x]\nb: [*a, *a]', 'Unrecognized'],
  [`a: &a ['x']\nb: &b [${'*a,'.repeat(50)}]\nc: &c [${'*b,'.repeat(50)}]\nd: [${'*c,'.repeat(50)}]`, 'alias'],
])('%s is refused: %s', (text, problem) => {
  expect(() => read(text)).toThrowError(expect.objectContaining({ code: 'SERVER_SETTINGS', message: expect.stringContaining(problem) }))
})
