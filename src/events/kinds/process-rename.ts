import { bytes, defineEvent } from '../define-event.ts'

export const processRename = defineEvent({
  id: 73,
  name: 'process.rename',
  types: ['rename_task'],
  doc: 'A process changed its name (comm) other than by an exec: prctl(PR_SET_NAME) or /proc/self/comm of its first thread. `comm` in the header is the new name.',
  fields: {
    oldName: bytes(16, { doc: 'The name that it had, NUL-padded.', example: [98, 97, 115, 104] }),
  },
})
