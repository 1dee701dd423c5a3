import { defineEvent, u32, u64 } from '../define-event.ts'

export const syscallCompat = defineEvent({
  id: 71,
  name: 'syscall.compat',
  types: ['compat'],
  doc: 'A 32-bit system call that no other kind covers.',
  fields: {
    number: u32({ doc: 'Number in the 32-bit table.', example: 102 }),
    arg0: u64({ doc: 'First argument.', example: 3 }),
    arg1: u64({ doc: 'Second argument.', example: 0 }),
    arg2: u64({ doc: 'Third argument.', example: 0 }),
  },
})
