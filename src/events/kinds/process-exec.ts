import { defineEvent, text } from '../define-event.ts'
import { imageFields } from '../shared-fields.ts'

export const processExec = defineEvent({
  id: 1,
  name: 'process.exec',
  types: ['execve', 'execveat'],
  doc: 'A process replaced its program image, after success.',
  fields: {
    ...imageFields,
    rawPath: text(4096, { doc: 'Program path as given to the call.', example: './curl' }),
  },
})
