import { defineEvent, i32, u32 } from '../define-event.ts'
import { pathFields } from '../shared-fields.ts'

export const fileMknod = defineEvent({
  id: 19,
  name: 'file.mknod',
  types: ['mknod', 'mknodat'],
  doc: 'A device node, pipe or socket file was made.',
  fields: {
    ...pathFields,
    mode: u32({ doc: 'Type and mode.', example: 24996 }),
    nodeDev: u32({ doc: 'Device number: (major << 20) | minor.', example: 8388608 }),
    dirfd: i32({ doc: 'Directory descriptor.', example: -100 }),
  },
})
