/** fd.*: the file or socket behind the descriptor of an event. Addresses and ports have a file of their own. */
import type { AnyKernelEvent } from '../event.ts'
import { defineField, defineFieldWithArgument } from '../field-readers/define-field.ts'
import { descriptorNumber, descriptorPath, descriptorRawPath, fileType } from '../field-readers/file-of-event.ts'
import { oncePerEvent } from '../field-readers/once-per-event.ts'
import { type Connection, connectionOf, connectionText, protocolName, socketOf } from '../field-readers/socket-of-event.ts'
import { STREAMS, streamType } from '../field-readers/standard-stream.ts'
import { directoryOf, fileNameOf } from '../path.ts'
import { FAMILY, FILE_FLAGS } from '../shared-fields.ts'

const OTHER_TYPES: Readonly<Record<string, string>> = {
  'kernel.bpf': 'bpf',
  'kernel.userfaultfd': 'userfaultfd',
  'uring.setup': 'io_uring',
}

/** Falco's letters. */
const LETTER: Readonly<Record<string, string>> = {
  file: 'f',
  directory: 'd',
  ipv4: '4',
  ipv6: '6',
  unix: 'u',
  netlink: 'n',
  packet: 'o',
  memfd: 'm',
  bpf: 'b',
  userfaultfd: 'u',
  io_uring: 'r',
}

const typeOf = oncePerEvent((event): string | undefined => {
  // Most events are opens: they need not be asked what else they may be.
  if (event.kind === 'file.open') return fileType(event)
  const socket = socketOf(event)
  if (socket === undefined) return OTHER_TYPES[event.kind] ?? fileType(event)
  const connection = connectionOf(event)
  if (connection !== undefined) return connection.family === 4 ? 'ipv4' : 'ipv6'
  if (socket.family === FAMILY.unix) return 'unix'
  if (socket.family === FAMILY.netlink) return 'netlink'
  return socket.family === FAMILY.packet ? 'packet' : undefined
})

/** Neither bound nor connected. */
const isNew = ({ alone, local }: Connection): boolean => alone && local.port === 0

export const nameOf = oncePerEvent((event): string | undefined => {
  if (event.kind === 'file.open') return descriptorPath(event)
  const socket = socketOf(event)
  if (socket === undefined) return descriptorPath(event)
  const connection = connectionOf(event)
  if (connection !== undefined) return isNew(connection) ? undefined : connectionText(connection)
  return socket.family === FAMILY.unix ? socket.unixPath || undefined : undefined
})

function numberOf(event: AnyKernelEvent): number | undefined {
  // A change of state is the kernel's doing: it comes through no descriptor.
  if (event.kind === 'net.tcp_state') return undefined
  if (event.kind === 'file.open') return descriptorNumber(event)
  return socketOf(event)?.fd ?? descriptorNumber(event)
}

/** `<f>/etc/passwd`, `<4t>10.0.0.1:5000->192.0.2.7:443`: what is behind the descriptor of an event, with its letter. */
export function describeDescriptor(event: AnyKernelEvent): string | undefined {
  const name = nameOf(event)
  const socket = socketOf(event)
  const protocol =
    socket === undefined || connectionOf(event) === undefined ? '' : (protocolName(socket.socketType, socket.protocol)?.[0] ?? '')
  const letter = LETTER[typeOf(event) ?? '']
  return letter === undefined ? undefined : `<${letter}${protocol}>${name ?? ''}`
}

/** The path of a descriptor of a file or directory. */
function filePath(event: AnyKernelEvent): string | undefined {
  return event.kind === 'file.memfd_create' ? undefined : descriptorPath(event)
}

const nameInFlat = (values: Readonly<Record<string, unknown>>): string | undefined => {
  const name = values['fd.name']
  return typeof name === 'string' && name.startsWith('/') ? name : undefined
}

const layer = (name: string, bit: number, doc: string) =>
  defineField({
    name,
    type: 'boolean',
    doc,
    example: false,
    kinds: ['file.open'],
    read: (event) => (event.kind === 'file.open' ? (event.record.fileFlags & bit) !== 0 : undefined),
  })

/** `(major << 20) | minor` in the form of stat(2), which Falco uses. */
export function deviceNumber(device: number): number {
  const minor = device & 0xfffff
  return ((device >>> 20) << 8) | (minor & 0xff) | ((minor & 0xfff00) << 12)
}

const inode = (name: string, doc: string, example: number, of: (record: { readonly ino: number; readonly dev: number }) => number) =>
  defineField({
    name,
    type: 'number',
    doc,
    example,
    kinds: ['file.open'],
    read: (event) => (event.kind === 'file.open' && event.record.ino !== 0 ? of(event.record) : undefined),
  })

const WITH_NAME = ['file.', 'net.', 'fd.', 'kernel.module']

/** Of the event's own descriptor and of the standard streams; no other is known. */
function typesOf(event: AnyKernelEvent): readonly string[] {
  const { process } = event
  const streams = process === undefined ? [] : STREAMS.map((stream) => streamType(process, stream))
  return [...new Set([typeOf(event), ...streams].filter((type) => type !== undefined))]
}

function typeOfNumber(event: AnyKernelEvent, fd: number): string | undefined {
  if (numberOf(event) === fd) return typeOf(event)
  const stream = STREAMS[fd]
  return stream === undefined || event.process === undefined ? undefined : streamType(event.process, stream)
}

const TYPES = defineFieldWithArgument({
  name: 'fd.types',
  type: 'string',
  many: 'list',
  doc: "fd.type of the event's own descriptor and of the standard streams, each once; other descriptors of the process are not known.",
  example: 'ipv4',
  argument: { kind: 'index', required: false, doc: 'Number of a descriptor: the type of that one alone.' },
  reader: (fd) => (event) => (fd === undefined ? typesOf(event) : typeOfNumber(event, Number(fd))),
})

export const FD_FIELDS = [
  defineField({
    name: 'fd.num',
    type: 'number',
    doc: 'Number of the descriptor: the new one of a call that makes one (-1 when it failed), else the one it was given.',
    example: 3,
    read: numberOf,
  }),
  defineField({
    name: 'fd.type',
    type: 'string',
    doc: 'What the descriptor is: file, directory, ipv4, ipv6, unix, netlink, packet, memfd, bpf, userfaultfd or io_uring.',
    example: 'file',
    read: typeOf,
  }),
  TYPES,
  defineField({
    name: 'fd.typechar',
    type: 'string',
    doc: 'fd.type as one letter: f file, d directory, 4, 6, u Unix socket, n netlink, m memfd, b bpf, r io_uring, o other.',
    example: 'f',
    read: (event) => LETTER[typeOf(event) ?? ''],
    flat: (event) => LETTER[String(event.values['fd.type'])],
  }),
  defineField({
    name: 'fd.name',
    type: 'string',
    doc: "Path with symbolic links resolved, as the process's root sees it; `client:port->server:port` of a connection; name of a Unix socket.",
    example: '/etc/shadow',
    kinds: WITH_NAME,
    read: nameOf,
  }),
  defineField({
    name: 'fd.nameraw',
    type: 'string',
    doc: 'Path as given to the call.',
    example: '../etc/shadow',
    kinds: ['file.'],
    read: descriptorRawPath,
  }),
  defineField({
    name: 'fd.directory',
    type: 'string',
    doc: 'Directory that holds the file; of a directory its own path.',
    example: '/etc',
    kinds: ['file.'],
    read: (event) => {
      const path = filePath(event)
      return path === undefined || typeOf(event) === 'directory' ? path : directoryOf(path)
    },
    flat: (event) => {
      const name = nameInFlat(event.values)
      return name === undefined ? undefined : directoryOf(name)
    },
  }),
  defineField({
    name: 'fd.filename',
    type: 'string',
    doc: 'Last component of the path of a file.',
    example: 'shadow',
    kinds: ['file.'],
    read: (event) => {
      const path = filePath(event)
      return path === undefined || typeOf(event) === 'directory' ? undefined : fileNameOf(path)
    },
    flat: (event) => {
      const name = nameInFlat(event.values)
      return name === undefined ? undefined : fileNameOf(name)
    },
  }),
  defineField({
    name: 'fd.uid',
    type: 'string',
    doc: 'Thread id and number of the descriptor, one behind the other.',
    example: '12353',
    read: (event) => {
      const fd = numberOf(event)
      return fd === undefined ? undefined : `${event.record.tid}${fd}`
    },
  }),
  defineField({
    name: 'fd.containername',
    type: 'string',
    doc: 'Container id (or host), a colon, and fd.name.',
    example: 'host:/etc/shadow',
    kinds: WITH_NAME,
    read: (event) => withContainer(event, nameOf(event)),
  }),
  defineField({
    name: 'fd.containerdirectory',
    type: 'string',
    doc: 'Container id (or host), a colon, and fd.directory.',
    example: 'host:/etc',
    kinds: ['file.'],
    read: (event) => {
      const path = filePath(event)
      return withContainer(event, path === undefined ? undefined : directoryOf(path))
    },
  }),
  inode('fd.ino', 'Inode number of the file.', 393_221, ({ ino }) => ino),
  inode('fd.dev', 'Device that holds the file, as in stat(2).', 2049, ({ dev }) => deviceNumber(dev)),
  inode('fd.dev.major', 'Major number of the device that holds the file.', 8, ({ dev }) => dev >>> 20),
  inode('fd.dev.minor', 'Minor number of the device that holds the file.', 1, ({ dev }) => dev & 0xfffff),
  layer(
    'fd.is_upper_layer',
    FILE_FLAGS.upperLayer,
    'True when the file is on the upper layer of an overlay: written since the container started.',
  ),
  layer('fd.is_lower_layer', FILE_FLAGS.lowerLayer, 'True when the file is on a lower layer of an overlay: part of the image.'),
]

function withContainer(event: AnyKernelEvent, text: string | undefined): string | undefined {
  return text === undefined || event.process === undefined ? undefined : `${event.process.container?.id ?? 'host'}:${text}`
}
