import { defineEvent, i32, u32, u64 } from '../define-event.ts'
import { inodeFields, pathFields } from '../shared-fields.ts'

export const fileOpen = defineEvent({
  id: 10,
  name: 'file.open',
  types: ['open', 'openat', 'openat2', 'creat', 'open_by_handle_at'],
  doc: 'A file was opened, or an attempt failed.',
  fields: {
    ...inodeFields,
    ...pathFields,
    resolve: u64({ doc: 'Resolve flags of openat2.', example: 0 }),
    openFlags: u32({ doc: 'Flags as the kernel has them (O_*).', example: 577 }),
    mode: u32({ doc: 'Mode asked for with O_CREAT.', example: 420 }),
    dirfd: i32({ doc: 'Directory descriptor; -100 is the working directory.', example: -100 }),
    linkCount: u32({ doc: 'Hard links of the inode.', example: 1 }),
  },
})
