import { defineEvent, i32, u32 } from '../define-event.ts'
import { socketFields } from '../shared-fields.ts'

export const netAccept = defineEvent({
  id: 34,
  name: 'net.accept',
  types: ['accept', 'accept4'],
  doc: 'A connection was accepted; `fd` is the new socket. A call that found nobody waiting (EAGAIN) is no event. Through io_uring: told when it is asked for, with the listening socket.',
  fields: {
    ...socketFields,
    listenFd: i32({ doc: 'The listening descriptor.', example: 3 }),
    acceptFlags: u32({ doc: 'Flags of accept4.', example: 0 }),
  },
})
