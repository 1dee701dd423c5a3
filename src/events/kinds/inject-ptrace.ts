import { defineEvent, u32, u64 } from '../define-event.ts'
import { targetFields } from '../shared-fields.ts'

export const injectPtrace = defineEvent({
  id: 50,
  name: 'inject.ptrace',
  types: ['ptrace'],
  doc: 'A process traced or changed another.',
  fields: {
    ...targetFields,
    address: u64({ doc: 'Address argument.', example: 0 }),
    dataArgument: u64({ doc: 'Data argument.', example: 0 }),
    request: u32({ doc: 'Request (PTRACE_*).', example: 16 }),
  },
})
