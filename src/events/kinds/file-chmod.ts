import { defineEvent, i32, u32 } from '../define-event.ts'
import { pathFields } from '../shared-fields.ts'

export const fileChmod = defineEvent({
  id: 15,
  name: 'file.chmod',
  types: ['chmod', 'fchmod', 'fchmodat', 'fchmodat2'],
  doc: 'The permission bits of a file were changed.',
  fields: {
    ...pathFields,
    mode: u32({ doc: 'New mode.', example: 2541 }),
    fd: i32({ doc: 'Descriptor (fchmod) or directory descriptor.', example: -100 }),
  },
})
