import { expect, test } from 'vitest'
import { canonicalAddress, inNetwork, parseNetwork } from './ip.ts'

test.each([
  ['10.0.0.1', '10.0.0.1'],
  ['2001:0DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['::', '::'],
  ['256.0.0.1', undefined],
  ['10.0.0', undefined],
  ['10.0.0.1.2', undefined],
  ['010.0.0.1', undefined],
  ['0x7f.1', undefined],
  ['fe80::1%eth0', undefined],
  ['example.org', undefined],
  ['', undefined],
])('the address %s is %s', (text, canonical) => {
  expect(canonicalAddress(text)).toBe(canonical)
})

test.each([
  ['10.1.2.3', '10.0.0.0/8', true],
  ['11.1.2.3', '10.0.0.0/8', false],
  ['10.1.2.3', '10.9.9.9/8', true],
  ['192.168.1.129', '192.168.1.128/25', true],
  ['192.168.1.127', '192.168.1.128/25', false],
  ['1.2.3.4', '0.0.0.0/0', true],
  ['1.2.3.4', '1.2.3.4/32', true],
  ['1.2.3.5', '1.2.3.4/32', false],
  ['2001:db8:ffff::1', '2001:db8::/32', true],
  ['2001:db9::1', '2001:db8::/32', false],
  ['::1', '0.0.0.0/0', false],
  ['10.0.0.1', '::/0', false],
])('%s in %s: %s', (address, network, expected) => {
  const parsed = parseNetwork(network)
  expect(parsed && inNetwork(address, parsed)).toBe(expected)
})

test.each(['10.0.0.0', '10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0.0/a', '/8', '10.0/8'])('%s is no network', (text) => {
  expect(parseNetwork(text)).toBeUndefined()
})
