import { defineEvent, i32, u32 } from '../define-event.ts'
import { pathFields } from '../shared-fields.ts'

export const fileUnlink = defineEvent({
  id: 12,
  name: 'file.unlink',
  types: ['unlink', 'unlinkat', 'rmdir'],
  doc: 'A name was removed from the file system.',
  fields: {
    ...pathFields,
    unlinkFlags: u32({ doc: 'Flags of unlinkat (512 removes a directory).', example: 0 }),
    dirfd: i32({ doc: 'Directory descriptor.', example: -100 }),
  },
})
