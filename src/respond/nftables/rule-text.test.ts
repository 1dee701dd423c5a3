import { expect, test } from 'vitest'
import { parseDestination } from '../host/destinations.ts'
import type { NetworkRule } from '../native.ts'
import { ruleText } from './rule-text.ts'

const ROOT = '/sys/fs/cgroup'
const destinations = (...texts: readonly string[]): NetworkRule['destinations'] => texts.flatMap((one) => parseDestination(one) ?? [])
const rule = (given: Partial<NetworkRule> = {}): NetworkRule => ({
  ...{ key: 'k', cgroup: `${ROOT}/shop/web`, kind: 'allow-only', destinations: destinations('10.1.2.3/8:53', '2001:db8::1', '0.0.0.0/0') },
  ...given,
})

test('what may be reached returns, all else is refused on the way out and dropped on the way in', () => {
  expect(ruleText(rule(), 'x', ROOT)?.make).toBe(`add table inet tarsier
add chain inet tarsier judge_out_x
add rule inet tarsier judge_out_x ip daddr 10.0.0.0/8 meta l4proto { tcp, udp, udplite, sctp, dccp } th dport 53 return
add rule inet tarsier judge_out_x ip6 daddr 2001:db8:0:0:0:0:0:1/128 return
add rule inet tarsier judge_out_x meta nfproto ipv4 return
add rule inet tarsier judge_out_x counter reject with icmpx type admin-prohibited
add chain inet tarsier out_x { type filter hook output priority filter - 10; }
add rule inet tarsier out_x socket cgroupv2 level 2 "shop/web" jump judge_out_x
add chain inet tarsier judge_in_x
add rule inet tarsier judge_in_x ip saddr 10.0.0.0/8 meta l4proto { tcp, udp, udplite, sctp, dccp } th sport 53 return
add rule inet tarsier judge_in_x ip6 saddr 2001:db8:0:0:0:0:0:1/128 return
add rule inet tarsier judge_in_x meta nfproto ipv4 return
add rule inet tarsier judge_in_x counter drop
add chain inet tarsier in_x { type filter hook input priority filter - 10; }
add rule inet tarsier in_x socket cgroupv2 level 2 "shop/web" jump judge_in_x
`)
})

test('what everybody is denied is denied to those that the host routes for, too', () => {
  const { make, chains } = ruleText(rule({ kind: 'deny', cgroup: ROOT, destinations: destinations('192.0.2.7') }), 'x', ROOT) ?? {}
  expect(chains).toHaveLength(8)
  expect(make).toContain('add rule inet tarsier judge_through_out_x ip daddr 192.0.2.7/32 counter drop\n')
  expect(make).toContain('add chain inet tarsier through_in_x { type filter hook forward ')
  expect(make).not.toContain('socket')
})

test.each<[string, Partial<NetworkRule>]>([
  ['a control group whose name would have to be quoted', { cgroup: `${ROOT}/a" accept; add rule x` }],
  ['one with a new line', { cgroup: `${ROOT}/a\nflush ruleset` }],
  ['one that nft does not look into', { cgroup: '/mnt/cgroup/shop' }],
  ['single sockets', { sockets: [1n] }],
  ['to deny one control group alone', { kind: 'deny' }],
  ['an address that is none', { destinations: [{ address: Uint8Array.of(1, 2, 3), prefixLength: 8, port: 0 }] }],
  ['a port that is none', { destinations: [{ address: Uint8Array.of(1, 2, 3, 4), prefixLength: 8, port: 65_536 }] }],
])('nftables are not asked for %s', (_, given) => {
  expect(ruleText(rule(given), 'x', ROOT)).toBeUndefined()
})
