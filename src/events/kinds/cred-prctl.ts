import { defineEvent, text, u32, u64 } from '../define-event.ts'

export const credPrctl = defineEvent({
  id: 42,
  name: 'cred.prctl',
  types: ['prctl', 'seccomp'],
  doc: 'A process renamed itself, entered seccomp, or changed who may trace it.',
  fields: {
    arg2: u64({ doc: 'Second argument.', example: 0 }),
    option: u32({ doc: 'PR_SET_NAME 15, PR_SET_SECCOMP 22, PR_SET_DUMPABLE 4, PR_SET_PTRACER 1499557217.', example: 15 }),
    newName: text(16, { doc: 'New name (PR_SET_NAME).', example: 'kworker' }),
  },
})
