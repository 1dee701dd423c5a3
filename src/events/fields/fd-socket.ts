/** fd.ip, fd.sport, fd.l4proto and their kin: the two ends of a socket. */
import type { AnyKernelEvent } from '../event.ts'
import type { FieldType } from '../field.ts'
import { defineField } from '../field-readers/define-field.ts'
import {
  type Connection,
  clientOf,
  connectionOf,
  type Endpoint,
  isSocketEvent,
  protocolName,
  serverOf,
  socketOf,
} from '../field-readers/socket-of-event.ts'
import { FAMILY } from '../shared-fields.ts'

const KINDS = ['net.', 'fd.dup']

/** One end of a connection. */
const ENDS = [
  ['c', 'client', clientOf],
  ['s', 'server', serverOf],
  ['l', 'local side', (connection: Connection) => connection.local],
  ['r', 'other side', (connection: Connection) => (connection.alone ? undefined : connection.remote)],
] as const

type End = (connection: Connection) => Endpoint | undefined

const endOf = (event: AnyKernelEvent, end: End): Endpoint | undefined => {
  const connection = connectionOf(event)
  return connection === undefined ? undefined : end(connection)
}

const ONE_END = ENDS.flatMap(([letter, what, end]) => [
  defineField({
    name: `fd.${letter}ip`,
    type: 'ip',
    doc: `Address of the ${what}.`,
    example: '192.0.2.7',
    kinds: KINDS,
    read: (event) => endOf(event, end)?.ip,
  }),
  defineField({
    name: `fd.${letter}port`,
    type: 'number',
    doc: `Port of the ${what}.`,
    example: 443,
    kinds: KINDS,
    read: (event) => endOf(event, end)?.port,
  }),
  defineField({
    name: `fd.${letter}proto`,
    type: 'string',
    doc: `Port of the ${what} as text. Ports are not turned into names of services.`,
    example: '443',
    kinds: KINDS,
    read: (event) => endOf(event, end)?.port.toString(),
    flat: (event) => event.values[`fd.${letter}port`],
  }),
  defineField({
    name: `fd.${letter}net`,
    type: 'net',
    doc: `Address of the ${what}, to compare with networks.`,
    example: '192.0.2.0/24',
    kinds: KINDS,
    noTransformer: true,
    read: (event) => endOf(event, end)?.ip,
    flat: (event) => event.values[`fd.${letter}ip`],
  }),
  defineField({
    name: `fd.${letter}ip.name`,
    type: 'string',
    doc: `Name of the ${what}, from a DNS answer seen on this host; missing when none was seen. No name is ever asked for.`,
    example: 'example.org',
    kinds: KINDS,
    noTransformer: true,
    read: (event) => {
      const address = endOf(event, end)?.ip
      return address === undefined ? undefined : event.host.domainOf(address)
    },
  }),
])

interface BothEnds {
  readonly name: string
  readonly type: FieldType
  readonly doc: string
  readonly example: string | number
  readonly of: (end: Endpoint) => string | number
  readonly flat: readonly [string, string]
}

/** Falco compares these with either end. */
const bothEnds = ({ of, flat, ...rest }: BothEnds) =>
  defineField({
    ...rest,
    many: 'any',
    kinds: KINDS,
    noTransformer: true,
    read: (event) => {
      const connection = connectionOf(event)
      if (connection === undefined) return undefined
      const client = clientOf(connection)
      return client === undefined ? [of(serverOf(connection))] : [of(client), of(serverOf(connection))]
    },
    flat: (event) => {
      const given = flat.flatMap((name) => event.values[name] ?? [])
      return given.length === 0 ? undefined : given
    },
  })

const BOTH_ENDS = [
  bothEnds({
    name: 'fd.ip',
    type: 'ip',
    doc: 'Address of the client or the server: a comparison holds when it holds for either.',
    example: '192.0.2.7',
    of: (end) => end.ip,
    flat: ['fd.cip', 'fd.sip'],
  }),
  bothEnds({
    name: 'fd.net',
    type: 'net',
    doc: 'Address of the client or the server, to compare with networks.',
    example: '192.0.2.0/24',
    of: (end) => end.ip,
    flat: ['fd.cip', 'fd.sip'],
  }),
  bothEnds({
    name: 'fd.port',
    type: 'number',
    doc: 'Port of the client or the server: a comparison holds when it holds for either.',
    example: 443,
    of: (end) => end.port,
    flat: ['fd.cport', 'fd.sport'],
  }),
  bothEnds({
    name: 'fd.proto',
    type: 'string',
    doc: 'Port of the client or the server as text.',
    example: '443',
    of: (end) => String(end.port),
    flat: ['fd.cport', 'fd.sport'],
  }),
]

/** TCP states with a peer on the other side: all but those before the handshake ended, closed and listening. */
const WITHOUT_PEER = new Set([0, 2, 3, 7, 10, 12])

function isConnected(event: AnyKernelEvent): boolean | undefined {
  const socket = socketOf(event)
  return socket === undefined ? undefined : !WITHOUT_PEER.has(socket.state)
}

/** A connect names the socket; so does each message to or from another peer on a socket without one. */
function nameChanged(event: AnyKernelEvent): boolean | undefined {
  if (!isSocketEvent(event)) return undefined
  if (event.kind === 'net.send' || event.kind === 'net.recv') return isConnected(event) === false
  return event.kind === 'net.connect' || event.kind === 'net.accept' || event.kind === 'net.bind'
}

export const FD_SOCKET_FIELDS = [
  ...BOTH_ENDS,
  ...ONE_END,
  defineField({
    name: 'fd.l4proto',
    type: 'string',
    doc: 'Protocol above IP: tcp, udp, icmp or raw.',
    example: 'tcp',
    kinds: KINDS,
    read: (event) => {
      const socket = connectionOf(event) === undefined ? undefined : socketOf(event)
      return socket === undefined ? undefined : protocolName(socket.socketType, socket.protocol)
    },
  }),
  defineField({
    name: 'fd.sockfamily',
    type: 'string',
    doc: 'Family of the socket: ip or unix.',
    example: 'ip',
    kinds: KINDS,
    read: (event) => {
      if (connectionOf(event) !== undefined) return 'ip'
      return socketOf(event)?.family === FAMILY.unix ? 'unix' : undefined
    },
    flat: (event) => ({ ipv4: 'ip', ipv6: 'ip', unix: 'unix' })[String(event.values['fd.type'])],
  }),
  defineField({
    name: 'fd.is_server',
    type: 'boolean',
    doc: 'True when this process is the server of the connection.',
    example: false,
    kinds: KINDS,
    read: (event) => connectionOf(event)?.server,
  }),
  defineField({
    name: 'fd.connected',
    type: 'boolean',
    doc: 'True when the socket has a peer.',
    example: true,
    kinds: KINDS,
    read: isConnected,
  }),
  defineField({
    name: 'fd.name_changed',
    type: 'boolean',
    doc: 'True when the call changed fd.name: connect, bind, accept, and a message to or from a new peer of an unconnected socket.',
    example: false,
    kinds: KINDS,
    read: nameChanged,
  }),
  defineField({
    name: 'fd.socket_ino',
    type: 'number',
    doc: 'Inode of the socket: the same for every descriptor of it.',
    example: 123_456,
    kinds: KINDS,
    read: (event) => socketOf(event)?.socketIno,
  }),
]
