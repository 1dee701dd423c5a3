import { defineEvent, u32 } from '../define-event.ts'
import { pathFields } from '../shared-fields.ts'

export const processExecFailed = defineEvent({
  id: 2,
  name: 'process.exec_failed',
  types: ['execve', 'execveat'],
  doc: 'An attempt to run a program that failed.',
  fields: {
    ...pathFields,
    execFlags: u32({ doc: 'Flags of execveat.', example: 0 }),
  },
})
