import { defineEvent, u32 } from '../define-event.ts'
import { socketFields } from '../shared-fields.ts'

export const netTcpState = defineEvent({
  id: 38,
  name: 'net.tcp_state',
  types: ['tcp_state'],
  doc: 'A TCP socket changed its state (inet_sock_set_state); may come from the network, then the process is whichever ran. `state` is the new one.',
  fields: {
    ...socketFields,
    oldState: u32({ doc: 'State before.', example: 2 }),
    newState: u32({ doc: 'State after.', example: 1 }),
  },
})
