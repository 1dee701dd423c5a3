/** evt.is_open_*, evt.is_io*, evt.buffer: what an open asked for, what a message carried. */
import type { AnyKernelEvent } from '../event.ts'
import { defineField } from '../field-readers/define-field.ts'
import { connectionOf } from '../field-readers/socket-of-event.ts'
import { FILE_FLAGS } from '../shared-fields.ts'

const ACCESS_MODE = 3
const O_WRONLY = 1
const O_CREAT = 0o100
const O_PATH = 0o10_000_000
const O_TMPFILE = 0o20_000_000
const ANY_EXECUTE = 0o111

type Opened = Extract<AnyKernelEvent, { kind: 'file.open' }>['record']

/** O_PATH opens neither for reading nor for writing. */
const wants = (record: Opened, other: number) => (record.openFlags & O_PATH) === 0 && (record.openFlags & ACCESS_MODE) !== other
const isNew = (record: Opened) =>
  (record.fileFlags & FILE_FLAGS.created) !== 0 || ((record.openFlags & O_TMPFILE) !== 0 && record.result >= 0)
const canRun = (record: Opened) => (record.openFlags & (O_CREAT | O_TMPFILE)) !== 0 && (record.mode & ANY_EXECUTE) !== 0

const opened = (name: string, doc: string, of: (record: Opened) => boolean) =>
  defineField({
    name,
    type: 'boolean',
    doc: `${doc} False for all other events.`,
    example: true,
    read: (event) => event.kind === 'file.open' && of(event.record),
    flat: () => false,
  })

const OPEN = [
  opened('evt.is_open_read', 'True when a file was opened for reading (or should have been).', (record) => wants(record, O_WRONLY)),
  opened('evt.is_open_write', 'True when a file was opened for writing (or should have been).', (record) => wants(record, 0)),
  opened('evt.is_open_exec', 'True when a file was to be made with an execute bit.', canRun),
  opened('evt.is_open_create', 'True when the call made the file.', isNew),
]

type Message = Extract<AnyKernelEvent, { kind: 'net.send' | 'net.recv' }>['record']

const messageOf = (event: AnyKernelEvent): Message | undefined =>
  event.kind === 'net.send' || event.kind === 'net.recv' ? event.record : undefined

const SYSLOG_SOCKETS = new Set(['/dev/log', '/run/systemd/journal/dev-log'])

const isSyslog = (event: AnyKernelEvent) => event.kind === 'net.send' && SYSLOG_SOCKETS.has(event.record.unixPath)

const input = (name: string, doc: string, is: (event: AnyKernelEvent) => boolean) =>
  defineField({ name, type: 'boolean', doc, example: false, read: is, flat: () => false })

const IO = [
  input('evt.is_io', 'True for a message sent or received.', (event) => messageOf(event) !== undefined),
  input('evt.is_io_read', 'True for a message received.', (event) => event.kind === 'net.recv'),
  input('evt.is_io_write', 'True for a message sent.', (event) => event.kind === 'net.send'),
  input('evt.is_wait', 'Always false: waiting calls are not observed. Kept for old rules.', () => false),
  input('evt.is_syslog', 'True for a message sent to the syslog socket of the host.', isSyslog),
  defineField({
    name: 'evt.io_dir',
    type: 'string',
    doc: 'read for a message received, write for one sent.',
    example: 'write',
    kinds: ['net.send', 'net.recv'],
    read: (event) => ({ 'net.send': 'write', 'net.recv': 'read' })[event.kind as string],
  }),
  defineField({
    name: 'evt.buffer',
    type: 'bytes',
    doc: 'First bytes of a message: 512 of a DNS message, else 80.',
    example: 'GET / HTTP/1.1',
    kinds: ['net.send', 'net.recv'],
    read: (event) => messageOf(event)?.payload,
  }),
  defineField({
    name: 'evt.buflen',
    type: 'number',
    doc: 'Bytes sent or received.',
    unit: 'bytes',
    example: 42,
    kinds: ['net.send', 'net.recv'],
    read: (event) => messageOf(event)?.messageSize,
  }),
]

const isInternet = (event: AnyKernelEvent) => connectionOf(event) !== undefined

const size = (name: string, doc: string, kinds: readonly string[], is: (event: AnyKernelEvent) => boolean) =>
  defineField({
    ...{ name, type: 'number', doc, unit: 'bytes', example: 42, kinds },
    read: (event) => (kinds.includes(event.kind) && is(event) ? messageOf(event)?.messageSize : undefined),
  })

const SIZES = [
  size('evt.buflen.in', 'Bytes received.', ['net.recv'], () => true),
  size('evt.buflen.out', 'Bytes sent.', ['net.send'], () => true),
  size('evt.buflen.net', 'Bytes sent or received over the internet protocols.', ['net.send', 'net.recv'], isInternet),
  size('evt.buflen.net.in', 'Bytes received over the internet protocols.', ['net.recv'], isInternet),
  size('evt.buflen.net.out', 'Bytes sent over the internet protocols.', ['net.send'], isInternet),
]

export const EVT_IO_FIELDS = [...OPEN, ...IO, ...SIZES]
