import { expect, test } from 'vitest'
import { addressBytes, covers, parseDestination } from './destinations.ts'

const plain = (text: string) => {
  const found = parseDestination(text)
  return found && [[...found.address].join('.'), found.prefixLength, found.port]
}

test.each([
  ['10.0.0.5', ['10.0.0.5', 32, 0]],
  ['10.0.0.0/8', ['10.0.0.0', 8, 0]],
  ['10.0.0.5:443', ['10.0.0.5', 32, 443]],
  ['::1', ['0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1', 128, 0]],
  ['2001:db8::/32', ['32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.0', 32, 0]],
  ['[2001:db8::1]:443', ['32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1', 128, 443]],
  ['[2001:db8::/32]:53', ['32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.0', 32, 53]],
  ['::ffff:192.0.2.1', ['192.0.2.1', 32, 0]],
  ['::ffff:192.0.2.0/120', ['192.0.2.0', 24, 0]],
  ['::', ['0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0', 128, 0]],
])('%s is a destination', (text, expected) => expect(plain(text)).toEqual(expected))

test.each([
  '',
  'host',
  '10.0.0',
  '10.0.0.5/33',
  '10.0.0.5:0',
  '10.0.0.5:65536',
  '2001:db8::/129',
  'fe80::1%eth0',
  '10.0.0.5 ',
  '[::1',
  '10.0.0.5/8/8',
  '[10.0.0.5]x',
])('%j is none', (text) => expect(parseDestination(text)).toBeUndefined())

test.each([
  ['10.0.0.0/8', '10.200.3.4', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['10.128.0.0/9', '10.127.255.255', false],
  ['0.0.0.0/0', '203.0.113.9', true],
  ['::/0', '203.0.113.9', false],
  ['2001:db8::/33', '2001:db8:8000::1', false],
])('%s covers %s: %s', (network, address, expected) => {
  const [parsed, bytes] = [parseDestination(network), addressBytes(address)]
  expect(parsed !== undefined && bytes !== undefined && covers(parsed, bytes)).toBe(expected)
})
