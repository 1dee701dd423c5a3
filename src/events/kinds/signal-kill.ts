import { defineEvent, u32 } from '../define-event.ts'
import { targetFields } from '../shared-fields.ts'

export const signalKill = defineEvent({
  id: 61,
  name: 'signal.kill',
  types: ['kill', 'tkill', 'tgkill', 'pidfd_send_signal', 'rt_sigqueueinfo', 'rt_tgsigqueueinfo'],
  doc: 'A signal was sent to a process.',
  fields: {
    ...targetFields,
    signal: u32({ doc: 'Signal number.', example: 9 }),
    targetTid: u32({ doc: 'Thread, in the root pid namespace; 0 for the process.', example: 0 }),
  },
})
