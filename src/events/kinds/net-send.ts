import { data, defineEvent, u32 } from '../define-event.ts'
import { socketFields } from '../shared-fields.ts'

export const netSend = defineEvent({
  id: 35,
  name: 'net.send',
  types: ['sendto', 'sendmsg', 'sendmmsg', 'write', 'writev'],
  doc: 'First message sent on a socket to a peer, and every DNS query. Of write and writev only DNS queries (Linux 6.3 and later).',
  fields: {
    ...socketFields,
    messageFlags: u32({ doc: 'Flags (MSG_*).', example: 0 }),
    messageSize: u32({ doc: 'Bytes sent or received.', example: 42 }),
    payload: data(512, { doc: 'First bytes: 512 of a DNS message, else 80.', example: 'GET / HTTP/1.1' }),
  },
})
