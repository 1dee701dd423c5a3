import { defineEvent, u32 } from '../define-event.ts'

export const kernelUserfaultfd = defineEvent({
  id: 58,
  name: 'kernel.userfaultfd',
  types: ['userfaultfd'],
  doc: 'A process asked to handle page faults itself.',
  fields: {
    faultFlags: u32({ doc: 'Flags.', example: 1 }),
  },
})
