import { defineEvent } from '../define-event.ts'
import { socketFields } from '../shared-fields.ts'

export const netConnect = defineEvent({
  id: 31,
  name: 'net.connect',
  types: ['connect'],
  doc: 'A connection was begun; a non-blocking one has the result EINPROGRESS. The other end is the one that the socket has then; of a failed call the one asked for.',
  fields: {
    ...socketFields,
  },
})
