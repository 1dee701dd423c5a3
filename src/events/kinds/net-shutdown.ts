import { defineEvent, u32 } from '../define-event.ts'
import { socketFields } from '../shared-fields.ts'

export const netShutdown = defineEvent({
  id: 37,
  name: 'net.shutdown',
  types: ['shutdown'],
  doc: 'A socket was shut down.',
  fields: {
    ...socketFields,
    how: u32({ doc: '0 reading, 1 writing, 2 both.', example: 2 }),
  },
})
