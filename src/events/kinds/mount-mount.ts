import { defineEvent, text, u64 } from '../define-event.ts'

export const mountMount = defineEvent({
  id: 21,
  name: 'mount.mount',
  types: ['mount', 'move_mount'],
  doc: 'A file system was mounted, bound or moved.',
  fields: {
    mountFlags: u64({ doc: 'Flags (MS_* or MOVE_MOUNT_*).', example: 4096 }),
    sourcePath: text(4096, { doc: 'What is mounted.', example: '/dev/sda1' }),
    targetPath: text(4096, { doc: 'Where.', example: '/mnt' }),
    fileSystem: text(64, { doc: 'Type of the file system.', example: 'ext4' }),
  },
})
