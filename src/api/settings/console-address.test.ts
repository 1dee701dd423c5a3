import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { consoleAddress, keepConsoleAddress, lastConsoleAddress } from './console-address.ts'

let state: string
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'tarsier-address-'))
})
afterEach(() => rmSync(state, { recursive: true, force: true }))

const NAMED = ['tarsier.example.org', 'other.example.org']

test.each<[string, string, boolean, readonly string[], RegExp]>([
  ['on loopback it is loopback, whatever it is called elsewhere', '127.0.0.1', false, NAMED, /^http:\/\/127\.0\.0\.1:8331$/],
  ['an address of IPv6 stands in brackets', '::1', false, [], /^http:\/\/\[::1\]:8331$/],
  ['beyond this host its first name comes first', '10.0.0.5', true, NAMED, /^https:\/\/tarsier\.example\.org:8331$/],
  ['without a name it is its address', '10.0.0.5', true, [], /^https:\/\/10\.0\.0\.5:8331$/],
  ['every address is none that a browser opens', '0.0.0.0', true, [], /^https:\/\/(?!0\.0\.0\.0)[\d.a-f:[\]]+:8331$/],
  ['nor is every one of IPv6', '::', true, [], /^https:\/\/(?!\[::\])[\d.a-f:[\]]+:8331$/],
])('%s', (_, host, isSecure, publicNames, address) => {
  expect(consoleAddress({ listen: { host, port: 8331 }, isSecure, publicNames })).toMatch(address)
})

test('before the first start it is as server.yaml says, then as the server said', () => {
  expect(lastConsoleAddress(state)).toBe('http://127.0.0.1:7331')
  writeFileSync(join(state, 'server.yaml'), 'listen: 10.0.0.5:443\ntls: { cert: c.pem, key: k.pem }\npublicNames: [tarsier.example.org]\n')
  expect(lastConsoleAddress(state)).toBe('https://tarsier.example.org:443')
  keepConsoleAddress(state, 'http://127.0.0.1:8331')
  expect(lastConsoleAddress(state)).toBe('http://127.0.0.1:8331')
  expect(statSync(join(state, 'server/address')).mode & 0o777).toBe(0o600)
})

test.each(['', 'nonsense\n', 'data:text/html,x\n'])('a kept address that is none (%j) is not used', (text) => {
  mkdirSync(join(state, 'server'))
  writeFileSync(join(state, 'server/address'), text)
  expect(lastConsoleAddress(state)).toBe('http://127.0.0.1:7331')
})
