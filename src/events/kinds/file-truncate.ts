import { defineEvent, i32, u64 } from '../define-event.ts'
import { pathFields } from '../shared-fields.ts'

export const fileTruncate = defineEvent({
  id: 17,
  name: 'file.truncate',
  types: ['truncate', 'ftruncate'],
  doc: 'A file was cut or extended.',
  fields: {
    ...pathFields,
    length: u64({ doc: 'New length in bytes.', example: 0 }),
    fd: i32({ doc: 'Descriptor (ftruncate) or -100.', example: 3 }),
  },
})
