/** Network rules by BPF, and by nftables where the kernel does not take those: for a kernel without BPF of control groups, or a host without version 2 of these. */
import { constants } from 'node:os'
import type { Log } from '../../lib/log.ts'
import type { Native, NetworkRule } from '../native.ts'
import type { Nftables } from './nftables.ts'

const { E2BIG, EOPNOTSUPP } = constants.errno

export interface FallbackOptions {
  readonly nftables: Nftables
  readonly log: Log
  /** Before the first rule of nftables is made: what an agent finds there that starts anew was left behind. */
  readonly onFirst: () => void
}

export function withNftables(native: Native, { nftables, log, onFirst }: FallbackOptions): Native {
  let told = false

  function restrictNetwork(rule: NetworkRule): number {
    const errno = rule.cgroup === undefined ? EOPNOTSUPP : native.restrictNetwork(rule)
    if (errno === 0 || errno === E2BIG) return errno
    if (!told) onFirst()
    const fallen = nftables.restrict(rule)
    if (!told) log.warning('the kernel takes no network rules of BPF: nftables are used', { errno })
    told = true
    if (fallen === 0) return 0
    log.warning('nftables do not take a network rule, either', { key: rule.key, reason: nftables.reason() })
    return rule.cgroup === undefined || rule.sockets !== undefined ? fallen : errno
  }

  function releaseNetwork(key: string): number {
    const errno = native.releaseNetwork(key)
    return errno === 0 ? 0 : nftables.release(key)
  }

  return Object.freeze({
    ...native,
    restrictNetwork,
    releaseNetwork,
    networkState: (key: string) => native.networkState(key) ?? nftables.state(key),
    isRestricted: (cgroup: string) => native.isRestricted(cgroup) || nftables.isRestricted(cgroup),
  })
}
