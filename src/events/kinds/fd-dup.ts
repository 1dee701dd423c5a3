import { defineEvent, i32 } from '../define-event.ts'
import { socketFields } from '../shared-fields.ts'

export const fdDup = defineEvent({
  id: 60,
  name: 'fd.dup',
  types: ['dup', 'dup2', 'dup3', 'fcntl'],
  doc: 'A socket was put on descriptor 0, 1 or 2. `fd` is the new descriptor.',
  fields: {
    ...socketFields,
    oldFd: i32({ doc: 'Descriptor copied.', example: 3 }),
  },
})
