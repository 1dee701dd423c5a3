/** mount.*: file systems mounted and unmounted. Tarsier's own. */

import { defineField } from '../field-readers/define-field.ts'
import { normalizePath } from '../path.ts'

export const MOUNT_FIELDS = [
  defineField({
    name: 'mount.source',
    type: 'string',
    doc: 'What was mounted.',
    example: '/dev/sda1',
    kinds: ['mount.mount'],
    read: (event) => (event.kind === 'mount.mount' ? normalizePath(event.record.sourcePath) : undefined),
  }),
  defineField({
    name: 'mount.target',
    type: 'string',
    doc: 'Where it was mounted, or what was unmounted.',
    example: '/mnt',
    kinds: ['mount.mount', 'mount.umount'],
    read: (event) => {
      if (event.kind === 'mount.mount') return normalizePath(event.record.targetPath)
      return event.kind === 'mount.umount' ? normalizePath(event.record.path) : undefined
    },
  }),
  defineField({
    name: 'mount.fstype',
    type: 'string',
    doc: 'Type of the file system.',
    example: 'overlay',
    kinds: ['mount.mount'],
    read: (event) => (event.kind === 'mount.mount' ? event.record.fileSystem : undefined),
  }),
]
