import { defineEvent, u32 } from '../define-event.ts'
import { pathFields } from '../shared-fields.ts'

export const mountUmount = defineEvent({
  id: 22,
  name: 'mount.umount',
  types: ['umount2', 'umount'],
  doc: 'A file system was unmounted.',
  fields: {
    ...pathFields,
    umountFlags: u32({ doc: 'Flags (MNT_*).', example: 2 }),
  },
})
