/**
 * Network rules by the program nft, where the kernel takes none of BPF. They are of a table of their own in the network namespace, and end with this process: a shell beside
 * each of them takes the table away when nobody holds its standard input any more.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { NetworkRule, NetworkState } from '../native.ts'
import { type RuleText, ruleText, TABLE } from './rule-text.ts'

const { EOPNOTSUPP, ENOENT, ESRCH } = constants.errno
const WATCH = fileURLToPath(new URL('watch.sh', import.meta.url))
const NFT_MS = 5000
const IS_GONE = /No such file or directory/
const REMOVE_TABLE = ['nft', 'delete', 'table', ...TABLE.split(' ')]

export interface Nftables {
  /** 0, ENOENT where there is no nft, or EOPNOTSUPP for what it cannot or refuses; then `reason` says why. */
  readonly restrict: (rule: NetworkRule) => number
  /** ENOENT where there is no such rule, EOPNOTSUPP where it goes on standing. */
  readonly release: (key: string) => number
  readonly state: (key: string) => NetworkState | undefined
  readonly isRestricted: (cgroup: string) => boolean
  /** Of the last refusal. */
  readonly reason: () => string
  /** What an agent left behind whose watches were killed with it. Of the namespace of the agent alone. */
  readonly sweep: () => void
}

interface Standing {
  readonly rule: NetworkRule
  readonly text: RuleText
  /** Of the network namespace that it is in; undefined: ours. */
  readonly namespace: number | undefined
  readonly watch: ChildProcess
  /** As the kernel told it when it was made. */
  readonly listed: string
}

/** `cgroups`: where version 2 is mounted. */
export function createNftables(cgroups: string): Nftables {
  const standing = new Map<string, Standing>()
  let lastReason = ''

  function restrict(rule: NetworkRule): number {
    const text = ruleText(rule, idOf(rule.key), cgroups)
    if (text === undefined) return refused(EOPNOTSUPP, 'nftables cannot tell such a rule')
    if (![0, ENOENT].includes(release(rule.key))) return EOPNOTSUPP
    const namespace = rule.namespaceOf === undefined ? undefined : namespaceOf(rule.namespaceOf)
    if (namespace === null) return refused(ESRCH, 'its network namespace is gone')
    const made = nft(['-f', '-'], namespace, text.make)
    if (!made.worked) {
      if (namespace !== undefined) closeSync(namespace)
      return refused(made.missing ? ENOENT : EOPNOTSUPP, made.reason)
    }
    standing.set(rule.key, { rule, text, namespace, watch: startWatch(namespace), listed: listedOf(text, namespace) })
    return 0
  }

  function refused(errno: number, reason: string): number {
    lastReason = reason
    return errno
  }

  function release(key: string): number {
    const found = standing.get(key)
    if (found === undefined) return ENOENT
    const { text, namespace, watch } = found
    const removed = nft(['-f', '-'], namespace, text.remove)
    // What somebody else has taken away is gone; what nft does not take away stands.
    if (!removed.worked && !(IS_GONE.test(removed.reason) && listedOf(text, namespace) === '')) return refused(EOPNOTSUPP, removed.reason)
    standing.delete(key)
    watch.stdin?.end('done\n')
    if (![...standing.values()].some((one) => one.rule.namespaceOf === found.rule.namespaceOf)) run(REMOVE_TABLE, namespace)
    if (namespace !== undefined) closeSync(namespace)
    return 0
  }

  function state(key: string): NetworkState | undefined {
    const found = standing.get(key)
    if (found === undefined) return undefined
    const { text, namespace, listed } = found
    const counted = text.chains.map((chain) => [chain, nft(['list', 'chain', ...TABLE.split(' '), chain], namespace).output] as const)
    const packets = (way: string): number =>
      counted.filter(([chain]) => chain.includes(way)).reduce((sum, [, one]) => sum + packetsOf(one), 0)
    const attached = listedOf(text, namespace) === listed
    return {
      by: 'nftables',
      attached,
      holdsFamilies: false,
      refusedConnects: 0,
      refusedSends: 0,
      droppedOut: packets('out_'),
      droppedIn: packets('in_'),
    }
  }

  return Object.freeze({
    restrict,
    release,
    state,
    isRestricted: (cgroup: string) => [...standing.values()].some(({ rule }) => rule.cgroup === cgroup),
    reason: () => lastReason,
    sweep: () => void run(REMOVE_TABLE, undefined),
  })
}

const idOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 12)

/** Null when the process is gone. */
function namespaceOf(pid: number): number | null {
  try {
    return openSync(`/proc/${pid}/ns/net`, 'r')
  } catch {
    return null // it has ended
  }
}

/** Its chains without what they counted: another text when somebody has changed them. */
const listedOf = ({ chains }: RuleText, namespace: number | undefined): string =>
  chains.map((chain) => nft(['-s', 'list', 'chain', ...TABLE.split(' '), chain], namespace).output).join('')

const packetsOf = (listing: string): number =>
  [...listing.matchAll(/counter packets (\d+)/g)].reduce((sum, [, packets]) => sum + Number(packets), 0)

interface Ran {
  readonly worked: boolean
  /** The program is not there. */
  readonly missing: boolean
  readonly output: string
  readonly reason: string
}

const nft = (args: readonly string[], namespace: number | undefined, input = ''): Ran => run(['nft', ...args], namespace, input)

function run(command: readonly string[], namespace: number | undefined, input = ''): Ran {
  const [program = '', ...args] = entering(command, namespace)
  const stdio = ['pipe', 'pipe', 'pipe', ...(namespace === undefined ? [] : [namespace])] as const
  const { status, error, stdout, stderr } = spawnSync(program, args, { input, encoding: 'utf8', timeout: NFT_MS, stdio: [...stdio] })
  const missing = (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT'
  return { worked: status === 0, missing, output: stdout ?? '', reason: error?.message ?? stderr.trim().split('\n')[0] ?? '' }
}

/** The namespace is handed over as descriptor 3: the number of a process could be another's by then. */
const entering = (command: readonly string[], namespace: number | undefined): readonly string[] =>
  namespace === undefined ? command : ['nsenter', '--net=/proc/self/fd/3', ...command]

function startWatch(namespace: number | undefined): ChildProcess {
  const inherited = namespace === undefined ? [] : [namespace]
  const args = [WATCH, ...entering(REMOVE_TABLE, namespace)]
  const watch = spawn('/bin/sh', args, { stdio: ['pipe', 'ignore', 'ignore', ...inherited], detached: true })
  watch.on('error', () => undefined) // the agent takes its rules away itself when it ends in order
  watch.stdin?.on('error', () => undefined)
  watch.unref()
  return watch
}
