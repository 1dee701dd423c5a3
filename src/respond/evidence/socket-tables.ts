/** The socket tables of a network namespace, as /proc/PID/net has them (proc_pid_net(5)). */

export interface NamedSocket {
  readonly inode: string
  readonly protocol: string
  readonly state?: string
  /** `10.0.0.1:443`, `[2001:db8::1]:443`, or the path of a unix socket. */
  readonly local?: string
  readonly remote?: string
}

export interface SocketTable {
  readonly table: string
  /** Undefined: it is only kept. */
  readonly read?: (text: string) => readonly NamedSocket[]
}

/** include/net/tcp_states.h */
const TCP_STATES: Readonly<Record<string, string>> = Object.fromEntries(
  'ESTABLISHED SYN_SENT SYN_RECV FIN_WAIT1 FIN_WAIT2 TIME_WAIT CLOSE CLOSE_WAIT LAST_ACK LISTEN CLOSING NEW_SYN_RECV'
    .split(' ')
    .map((name, index) => [(index + 1).toString(16).toUpperCase().padStart(2, '0'), name]),
)

const internet = (protocol: string): SocketTable => ({
  table: protocol,
  read: (text) => rowsOf(text).flatMap((row) => internetSocket(protocol, row) ?? []),
})

export const readSockets: readonly SocketTable[] = [
  ...['tcp', 'tcp6', 'udp', 'udp6', 'udplite', 'udplite6', 'raw', 'raw6', 'icmp', 'icmp6'].map(internet),
  { table: 'unix', read: (text) => rowsOf(text).flatMap((row) => unixSocket(row) ?? []) },
  { table: 'packet', read: (text) => rowsOf(text).flatMap(([, , , , , , , , inode]) => plain('packet', inode)) },
  { table: 'netlink', read: (text) => rowsOf(text).flatMap(([, , , , , , , , , inode]) => plain('netlink', inode)) },
  ...['route', 'ipv6_route', 'arp', 'dev', 'if_inet6', 'fib_trie'].map((table) => ({ table })),
]

const rowsOf = (text: string): readonly (readonly string[])[] =>
  text
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => line.trim().split(/ +/))

function internetSocket(protocol: string, row: readonly string[]): NamedSocket | undefined {
  const [, local, remote, state = '', , , , , , inode] = row
  if (local === undefined || remote === undefined || inode === undefined) return undefined
  return { inode, protocol, state: TCP_STATES[state] ?? state, local: address(local), remote: address(remote) }
}

function unixSocket(row: readonly string[]): NamedSocket | undefined {
  const [, , , , , state = '', inode, ...path] = row
  if (inode === undefined) return undefined
  return { inode, protocol: 'unix', state, ...(path.length > 0 && { local: path.join(' ') }) }
}

const plain = (protocol: string, inode: string | undefined): readonly NamedSocket[] => (inode === undefined ? [] : [{ inode, protocol }])

/** Words of 32 bits in the order of the host, which is little endian wherever Node runs. */
function address(text: string): string {
  const [hex = '', port = '0'] = text.split(':')
  const bytes = Buffer.from(hex, 'hex')
  for (let at = 0; at + 4 <= bytes.length; at += 4) bytes.subarray(at, at + 4).reverse()
  const number = Number.parseInt(port, 16)
  return bytes.length === 4 ? `${[...bytes].join('.')}:${number}` : `[${shortened(bytes)}]:${number}`
}

/** RFC 5952: the longest run of zeros is left out. */
function shortened(bytes: Buffer): string {
  const groups = Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16))
  const runs = groups.flatMap((group, from) => {
    const to = groups.findIndex((other, index) => index > from && other !== '0')
    return group === '0' ? [{ from, length: (to < 0 ? groups.length : to) - from }] : []
  })
  const [longest] = runs.toSorted((a, b) => b.length - a.length)
  if (longest === undefined || longest.length < 2) return groups.join(':')
  return `${groups.slice(0, longest.from).join(':')}::${groups.slice(longest.from + longest.length).join(':')}`
}
