import { defineEvent, i32, text, u32 } from '../define-event.ts'
import { pathFields } from '../shared-fields.ts'

export const fileSetxattr = defineEvent({
  id: 18,
  name: 'file.setxattr',
  types: ['setxattr', 'lsetxattr', 'fsetxattr', 'setxattrat'],
  doc: 'A security attribute (security.*, e.g. file capabilities) was set.',
  fields: {
    ...pathFields,
    fd: i32({ doc: 'Descriptor (fsetxattr) or -100.', example: -100 }),
    valueSize: u32({ doc: 'Size of the value in bytes.', example: 20 }),
    attribute: text(256, { doc: 'Name of the attribute.', example: 'security.capability' }),
  },
})
