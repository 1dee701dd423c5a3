/** A network rule in the language of nft(8). Addresses are written from their bytes, and paths that need quoting are refused: nothing of others gets into it. */
import { relative } from 'node:path'
import type { Destination, NetworkRule } from '../native.ts'

export const TABLE = 'inet tarsier'

export interface RuleText {
  /** Makes it, in one transaction. */
  readonly make: string
  /** Takes it away again, in one. */
  readonly remove: string
  /** As nft lists them. */
  readonly chains: readonly string[]
}

/** nft(8) looks for control groups there, wherever version 2 is mounted below. */
const NFT_ROOT = '/sys/fs/cgroup'
const PORTS = 'meta l4proto { tcp, udp, udplite, sctp, dccp } th'
const EARLY = 'priority filter - 10'
/** The caller hears EPERM at once (sendmsg), or that the host cannot be reached (connect). */
const REFUSE = 'counter reject with icmpx type admin-prohibited'
const DROP = 'counter drop'

/**
 * `id`: of the rule, letters and digits. `cgroups`: where version 2 is mounted. Undefined for what nftables cannot: to look at single sockets, a path that would have to be
 * quoted, a destination that is none.
 */
export function ruleText({ kind, cgroup, destinations, sockets }: NetworkRule, id: string, cgroups: string): RuleText | undefined {
  const whole = cgroup === undefined || cgroup === cgroups
  const match = whole ? '' : socketMatch(cgroup, cgroups)
  if (sockets !== undefined || match === undefined || (kind === 'deny' && !whole) || !destinations.every(isDestination)) return undefined
  // Containers of this host are routed through it: what all are denied, they are denied on the way.
  const ways = kind === 'deny' ? (['out', 'in', 'through_out', 'through_in'] as const) : (['out', 'in'] as const)
  const hooks = { out: 'output', in: 'input', through_out: 'forward', through_in: 'forward' }
  const lines = ways.flatMap((way) => {
    const [hook, judge] = [`${way}_${id}`, `judge_${way}_${id}`]
    const verdict = way === 'out' ? REFUSE : DROP
    return [
      `add chain ${TABLE} ${judge}`,
      ...destinations.map(
        (one) => `add rule ${TABLE} ${judge} ${destinationMatch(one, way.endsWith('out'))} ${kind === 'deny' ? verdict : 'return'}`,
      ),
      ...(kind === 'deny' ? [] : [`add rule ${TABLE} ${judge} ${verdict}`]),
      `add chain ${TABLE} ${hook} { type filter hook ${hooks[way]} ${EARLY}; }`,
      `add rule ${TABLE} ${hook} ${match}jump ${judge}`,
    ]
  })
  const chains = ways.flatMap((way) => [`${way}_${id}`, `judge_${way}_${id}`])
  const removal = ['flush', 'delete'].flatMap((verb) => chains.map((chain) => `${verb} chain ${TABLE} ${chain}`))
  return { make: `${[`add table ${TABLE}`, ...lines].join('\n')}\n`, remove: `${removal.join('\n')}\n`, chains }
}

function socketMatch(cgroup: string, cgroups: string): string | undefined {
  const path = relative(NFT_ROOT, cgroup)
  const level = relative(cgroups, cgroup).split('/').length
  return path.startsWith('..') || !/^[\w./@:-]+$/.test(path) ? undefined : `socket cgroupv2 level ${level} "${path}" `
}

const isDestination = ({ address, prefixLength, port }: Destination): boolean =>
  (address.length === 4 || address.length === 16) &&
  [prefixLength, port].every(Number.isInteger) &&
  prefixLength >= 0 &&
  prefixLength <= 8 * address.length &&
  port >= 0 &&
  port <= 0xffff

/** nft wants nothing behind the prefix. */
function destinationMatch({ address, prefixLength, port }: Destination, isOut: boolean): string {
  const bytes = [...address].map((byte, at) => byte & (0xff00 >> Math.min(8, Math.max(0, prefixLength - 8 * at))) & 0xff)
  const family = bytes.length === 4 ? 'ip' : 'ip6'
  const ports = port === 0 ? '' : ` ${PORTS} ${isOut ? 'dport' : 'sport'} ${port}`
  // A network of everything is not an address for nft.
  const network =
    prefixLength === 0
      ? `meta nfproto ${bytes.length === 4 ? 'ipv4' : 'ipv6'}`
      : `${family} ${isOut ? 'daddr' : 'saddr'} ${text(bytes)}/${prefixLength}`
  return `${network}${ports}`
}

const text = (bytes: readonly number[]): string =>
  bytes.length === 4
    ? bytes.join('.')
    : Array.from({ length: 8 }, (_, at) => (((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0)).toString(16)).join(':')
