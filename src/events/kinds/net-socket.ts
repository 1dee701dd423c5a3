import { defineEvent } from '../define-event.ts'
import { socketFields } from '../shared-fields.ts'

export const netSocket = defineEvent({
  id: 30,
  name: 'net.socket',
  types: ['socket'],
  doc: 'A socket was made. `protocol` is as asked.',
  fields: {
    ...socketFields,
  },
})
