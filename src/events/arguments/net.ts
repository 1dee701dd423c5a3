/** Arguments of the calls on sockets. */

import type { AnyKernelEvent } from '../event.ts'
import { connectionOf, serverOf } from '../field-readers/socket-of-event.ts'
import { describeDescriptor, nameOf } from '../fields/fd.ts'
import { bytes, type CallArgument, callsOf, describedDescriptor, descriptor, named, number, RES, text } from './argument.ts'
import { ADDRESS_FAMILIES, SHUTDOWN_HOW, TCP_STATES } from './codes.ts'

interface WithSocket {
  readonly fd: number
}

const FD: CallArgument<WithSocket> = describedDescriptor('fd', (record) => record.fd, describeDescriptor)
const TUPLE: CallArgument = text('tuple', (_, event) => nameOf(event))
const ADDR: CallArgument = text('addr', (_, event) => addressOf(event))

/** `ip:port` of the server's side, or the name of a Unix socket. */
function addressOf(event: AnyKernelEvent): string | undefined {
  const connection = connectionOf(event)
  if (connection === undefined) return nameOf(event)
  const { ip, port } = serverOf(connection)
  return `${ip}:${port}`
}

const SOCK_TYPE_MASK = 0xf

const socketCalls = callsOf('net.socket', {
  socket: [
    FD,
    named(
      'domain',
      (record) => record.family,
      (record) => ADDRESS_FAMILIES.get(record.family) ?? '',
    ),
    number('type', (record) => record.socketType & SOCK_TYPE_MASK),
    number('proto', (record) => record.protocol),
  ],
})

const bindCalls = callsOf('net.bind', { bind: [RES, ADDR, FD] })
const connectCalls = callsOf('net.connect', { connect: [RES, TUPLE, FD, ADDR] })
const listenCalls = callsOf('net.listen', { listen: [RES, FD, number('backlog', (record) => record.backlog)] })

const acceptCalls = callsOf('net.accept', {
  accept: [FD, TUPLE, descriptor('listenfd', (record) => record.listenFd)],
  accept4: [FD, TUPLE, descriptor('listenfd', (record) => record.listenFd), number('flags', (record) => record.acceptFlags)],
})

interface WithMessage extends WithSocket {
  readonly payload: Buffer
  readonly messageSize: number
}

const DATA: CallArgument<WithMessage> = bytes('data', (record) => record.payload)
const SIZE: CallArgument<WithMessage> = number('size', (record) => record.messageSize)

const sendCalls = callsOf('net.send', {
  sendto: [RES, DATA, FD, SIZE, TUPLE],
  sendmsg: [RES, DATA, FD, SIZE, TUPLE],
  sendmmsg: [RES, FD, SIZE, DATA, TUPLE],
  write: [RES, DATA, FD, SIZE],
  writev: [RES, DATA, FD, SIZE],
})

const receiveCalls = callsOf('net.recv', {
  recvfrom: [RES, DATA, TUPLE, FD, SIZE],
  recvmsg: [RES, SIZE, DATA, TUPLE, FD],
  recvmmsg: [RES, FD, SIZE, DATA, TUPLE],
  read: [RES, DATA, FD, SIZE],
  readv: [RES, SIZE, DATA, FD],
})

const shutdownCalls = callsOf('net.shutdown', {
  shutdown: [
    RES,
    FD,
    named(
      'how',
      (record) => record.how,
      (record) => SHUTDOWN_HOW.get(record.how) ?? 'SHUT_UNKNOWN',
    ),
  ],
})

const stateCalls = callsOf('net.tcp_state', {
  tcp_state: [
    TUPLE,
    named(
      'oldstate',
      (record) => record.oldState,
      (record) => TCP_STATES.get(record.oldState) ?? '',
    ),
    named(
      'newstate',
      (record) => record.newState,
      (record) => TCP_STATES.get(record.newState) ?? '',
    ),
  ],
})

const NEW_FD: CallArgument<WithSocket> = describedDescriptor('newfd', (record) => record.fd, describeDescriptor)

const dupCalls = callsOf('fd.dup', {
  dup: [RES, descriptor('oldfd', (record) => record.oldFd)],
  dup2: [RES, descriptor('oldfd', (record) => record.oldFd), NEW_FD],
  dup3: [RES, descriptor('oldfd', (record) => record.oldFd), NEW_FD],
  fcntl: [RES, descriptor('fd', (record) => record.oldFd)],
})

export const NET_CALLS = [
  socketCalls,
  bindCalls,
  connectCalls,
  listenCalls,
  acceptCalls,
  sendCalls,
  receiveCalls,
  shutdownCalls,
  stateCalls,
  dupCalls,
]
