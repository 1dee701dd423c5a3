import { defineEvent, i32, u32 } from '../define-event.ts'
import { pathFields } from '../shared-fields.ts'

export const fileMkdir = defineEvent({
  id: 14,
  name: 'file.mkdir',
  types: ['mkdir', 'mkdirat'],
  doc: 'A directory was made.',
  fields: {
    ...pathFields,
    mode: u32({ doc: 'Mode asked for.', example: 493 }),
    dirfd: i32({ doc: 'Directory descriptor.', example: -100 }),
  },
})
