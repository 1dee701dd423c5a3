import { defineEvent, i32, u32 } from '../define-event.ts'
import { pathFields } from '../shared-fields.ts'

export const fileChown = defineEvent({
  id: 16,
  name: 'file.chown',
  types: ['chown', 'lchown', 'fchown', 'fchownat'],
  doc: 'The owner of a file was changed.',
  fields: {
    ...pathFields,
    newUid: u32({ doc: 'New owner; 4294967295 leaves it.', example: 0 }),
    newGid: u32({ doc: 'New group; 4294967295 leaves it.', example: 0 }),
    fd: i32({ doc: 'Descriptor (fchown) or directory descriptor.', example: -100 }),
    chownFlags: u32({ doc: 'Flags of fchownat.', example: 0 }),
  },
})
