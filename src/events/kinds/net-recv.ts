import { data, defineEvent, u32 } from '../define-event.ts'
import { socketFields } from '../shared-fields.ts'

export const netRecv = defineEvent({
  id: 36,
  name: 'net.recv',
  types: ['recvfrom', 'recvmsg', 'recvmmsg', 'read', 'readv'],
  doc: 'First message received on a socket from a peer, and every DNS answer. Of read and readv only DNS answers (Linux 6.3 and later).',
  fields: {
    ...socketFields,
    messageFlags: u32({ doc: 'Flags (MSG_*).', example: 0 }),
    messageSize: u32({ doc: 'Bytes sent or received.', example: 42 }),
    payload: data(512, { doc: 'First bytes: 512 of a DNS message, else 80.', example: 'GET / HTTP/1.1' }),
  },
})
