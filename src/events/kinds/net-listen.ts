import { defineEvent, i32 } from '../define-event.ts'
import { socketFields } from '../shared-fields.ts'

export const netListen = defineEvent({
  id: 33,
  name: 'net.listen',
  types: ['listen'],
  doc: 'A socket began to listen.',
  fields: {
    ...socketFields,
    backlog: i32({ doc: 'Length of the queue.', example: 128 }),
  },
})
