import { expect, test } from 'vitest'
import { neighbourOf } from './client.ts'

test.each([
  ['10.1.2.3', '10.1.2.3'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1:2:3:4:5', 'fe80:0:0:1::/64'],
])('%s is of %s', (address, neighbour) => {
  expect(neighbourOf(address)).toBe(neighbour)
})
