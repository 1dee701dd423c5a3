import { defineEvent, u32 } from '../define-event.ts'

export const uringSetup = defineEvent({
  id: 70,
  name: 'uring.setup',
  types: ['io_uring_setup'],
  doc: 'An io_uring was made.',
  fields: {
    entries: u32({ doc: 'Size of the queue.', example: 32 }),
    setupFlags: u32({ doc: 'IORING_SETUP_* bits.', example: 0 }),
  },
})
