/** The socket that an event is about, seen as client and server as well as this side and the other. */
import { addressText, isMapped, isUnspecified } from '../address.ts'
import type { AnyKernelEvent } from '../event.ts'
import { FAMILY } from '../shared-fields.ts'
import { oncePerEvent } from './once-per-event.ts'

export interface Endpoint {
  /** Canonical text. */
  readonly ip: string
  readonly port: number
}

export interface Connection {
  readonly family: 4 | 6
  readonly local: Endpoint
  readonly remote: Endpoint
  /** Nobody is on the other side: a listening, bound or new socket. */
  readonly alone: boolean
  /** True when this process is the server. */
  readonly server: boolean
}

type SocketEvent = Extract<AnyKernelEvent, { readonly kind: `net.${string}` | 'fd.dup' }>

export function isSocketEvent(event: AnyKernelEvent): event is SocketEvent {
  return event.kind === 'fd.dup' || event.kind.startsWith('net.')
}

export const socketOf = oncePerEvent((event): SocketEvent['record'] | undefined => (isSocketEvent(event) ? event.record : undefined))

/** The internet connection of an event; undefined for other sockets and other events. */
export const connectionOf = oncePerEvent((event): Connection | undefined => {
  const socket = socketOf(event)
  if (socket === undefined || (socket.family !== FAMILY.inet && socket.family !== FAMILY.inet6)) return undefined
  const { family, localAddress, remoteAddress, localPort, remotePort } = socket
  return {
    family: family === FAMILY.inet || isIpv4InIpv6(localAddress, remoteAddress) ? 4 : 6,
    local: { ip: addressText(localAddress, family), port: localPort },
    remote: { ip: addressText(remoteAddress, family), port: remotePort },
    alone: remotePort === 0 && isUnspecified(remoteAddress),
    server: isServer(event, socket),
  }
})

function isIpv4InIpv6(local: Buffer, remote: Buffer): boolean {
  return isMapped(remote) || (isMapped(local) && isUnspecified(remote))
}

const CLIENT = 1
const SERVER = 2

/** By role; where the kernel does not know it: who listens or receives first is the server, who connects or sends first the client. */
function isServer(event: AnyKernelEvent, socket: SocketEvent['record']): boolean {
  if (socket.role === SERVER || socket.role === CLIENT) return socket.role === SERVER
  return event.kind === 'net.listen' || event.kind === 'net.bind' || event.kind === 'net.accept' || event.kind === 'net.recv'
}

/** The client's end; undefined where there is only one end. */
export function clientOf(connection: Connection): Endpoint | undefined {
  if (connection.alone) return undefined
  return connection.server ? connection.remote : connection.local
}

/** The server's end; of a socket with one end only that one. */
export function serverOf(connection: Connection): Endpoint {
  return connection.alone || connection.server ? connection.local : connection.remote
}

/** `client:port->server:port`; `ip:port` for a socket with one end only. */
export function connectionText(connection: Connection): string {
  const server = serverOf(connection)
  const client = clientOf(connection)
  const end = `${server.ip}:${server.port}`
  return client === undefined ? end : `${client.ip}:${client.port}->${end}`
}

const STREAM = 1
const RAW = 3

/** tcp, udp, icmp or raw; undefined for what is none of these. */
export function protocolName(type: number, protocol: number): string | undefined {
  if (type === RAW) return 'raw'
  if (protocol === 1 || protocol === 58) return 'icmp'
  if (protocol === 6 || (protocol === 0 && type === STREAM)) return 'tcp'
  return protocol === 17 || (protocol === 0 && type === 2) ? 'udp' : undefined
}
