/** file.*: what the kernel says of an opened file, or of the program file of an exec, beside its path. Tarsier's own. */
import type { AnyKernelEvent } from '../event.ts'
import type { FieldValue } from '../field.ts'
import { defineField } from '../field-readers/define-field.ts'
import { FILE_FLAGS } from '../shared-fields.ts'

type Inode = Extract<AnyKernelEvent, { kind: 'file.open' | 'process.exec' | 'process.snapshot' }>['record']

const KINDS = ['file.open', 'process.exec', 'process.snapshot']

function inodeOf(event: AnyKernelEvent): Inode | undefined {
  return event.kind === 'file.open' || event.kind === 'process.exec' || event.kind === 'process.snapshot' ? event.record : undefined
}

const ofFile = (
  name: string,
  type: 'number' | 'boolean' | 'string',
  doc: string,
  example: number | boolean | string,
  of: (record: Inode) => FieldValue | undefined,
) =>
  defineField({
    name,
    type,
    doc,
    example,
    kinds: KINDS,
    read: (event) => {
      const record = inodeOf(event)
      return record === undefined ? undefined : of(record)
    },
  })

const FLAGS = [
  ['file.created', FILE_FLAGS.created, 'True when this call made the file.'],
  [
    'file.upper_layer',
    FILE_FLAGS.upperLayer,
    'True when the file is on the upper layer of an overlay: written since the container started.',
  ],
  ['file.lower_layer', FILE_FLAGS.lowerLayer, 'True when the file is on a lower layer of an overlay: part of the image.'],
  ['file.memfd', FILE_FLAGS.memfd, 'True when the file lives in memory only.'],
  ['file.deleted', FILE_FLAGS.deleted, 'True when the file has no name any more.'],
  ['file.writable', FILE_FLAGS.writable, 'True when the process may write the file by its mode and owner.'],
  [
    'file.process_memory',
    FILE_FLAGS.processMemory,
    'True when it is the memory of a process (/proc/PID/mem), under whatever name it was reached.',
  ],
] as const

const S_ISUID = 0o4000
const S_ISGID = 0o2000

const TYPES: ReadonlyMap<number, string> = new Map([
  [0o100_000, 'regular'],
  [0o040_000, 'directory'],
  [0o120_000, 'symlink'],
  [0o020_000, 'character'],
  [0o060_000, 'block'],
  [0o010_000, 'pipe'],
  [0o140_000, 'socket'],
])

export const FILE_FIELDS = [
  ...FLAGS.map(([name, bit, doc]) => ofFile(name, 'boolean', doc, false, (record) => (record.fileFlags & bit) !== 0)),
  ofFile('file.type', 'string', 'Type of the inode: regular, directory, character, block, pipe or socket.', 'regular', (record) =>
    TYPES.get(record.fileMode & 0o170_000),
  ),
  ofFile('file.mode', 'number', 'Permission bits of the inode.', 0o644, (record) =>
    record.fileMode === 0 ? undefined : record.fileMode & 0o7777,
  ),
  ofFile('file.uid', 'number', 'Owner of the inode.', 0, (record) => (record.fileMode === 0 ? undefined : record.fileUid)),
  ofFile(
    'file.setuid',
    'boolean',
    'True when a program in this file runs with the rights of its owner.',
    true,
    (record) => (record.fileMode & S_ISUID) !== 0,
  ),
  ofFile(
    'file.setgid',
    'boolean',
    'True when a program in this file runs with the rights of its group.',
    true,
    (record) => (record.fileMode & S_ISGID) !== 0,
  ),
  defineField({
    name: 'file.links',
    type: 'number',
    doc: 'Hard links of an opened file.',
    example: 1,
    kinds: ['file.open'],
    read: (event) => (event.kind === 'file.open' && event.record.fileMode !== 0 ? event.record.linkCount : undefined),
  }),
  ofFile('file.ino', 'number', 'Inode number.', 393_221, (record) => (record.ino === 0 ? undefined : record.ino)),
  ofFile('file.dev.major', 'number', 'Major number of the device.', 8, (record) => (record.ino === 0 ? undefined : record.dev >>> 20)),
  ofFile('file.dev.minor', 'number', 'Minor number of the device.', 1, (record) => (record.ino === 0 ? undefined : record.dev & 0xfffff)),
]
