import { defineEvent, text, u32 } from '../define-event.ts'

export const fileMemfd = defineEvent({
  id: 20,
  name: 'file.memfd_create',
  types: ['memfd_create'],
  doc: 'An anonymous file in memory was made.',
  fields: {
    memfdFlags: u32({ doc: 'Flags (MFD_*).', example: 1 }),
    memfdName: text(256, { doc: 'Name given to it.', example: 'payload' }),
  },
})
