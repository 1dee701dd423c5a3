import { defineEvent } from '../define-event.ts'
import { socketFields } from '../shared-fields.ts'

export const netBind = defineEvent({
  id: 32,
  name: 'net.bind',
  types: ['bind'],
  doc: 'A socket was given a local address.',
  fields: {
    ...socketFields,
  },
})
