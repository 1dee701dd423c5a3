import { expect, test } from 'vitest'
import { isLoopback, parseListenAddress } from './listen-address.ts'

test.each<[string, string | undefined]>([
  ['127.0.0.1:9464', '127.0.0.1 9464'],
  ['localhost:0', 'localhost 0'],
  ['[::1]:80', '::1 80'],
  ['0.0.0.0:9464', '0.0.0.0 9464'],
  ['9464', '127.0.0.1 9464'],
  [':9464', '127.0.0.1 9464'],
  ['::1:80', undefined],
  ['localhost', undefined],
  ['localhost:65536', undefined],
  ['host:name:1', undefined],
  ['', undefined],
  ['http://localhost:1', undefined],
])('%s is %s', (text, expected) => {
  const address = parseListenAddress(text)
  expect(address && `${address.host} ${address.port}`).toBe(expected)
})

test.each([
  ['127.0.0.1', true],
  ['127.8.9.1', true],
  ['::1', true],
  ['Localhost', true],
  ['127.0.0.1.evil.example', false],
  ['0.0.0.0', false],
  ['::', false],
])('%s is loopback: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected)
})
