import { defineEvent, i32 } from '../define-event.ts'
import { targetFields } from '../shared-fields.ts'

export const injectPidfdGetfd = defineEvent({
  id: 52,
  name: 'inject.pidfd_getfd',
  types: ['pidfd_getfd'],
  doc: 'A process took a descriptor out of another.',
  fields: {
    ...targetFields,
    pidfd: i32({ doc: 'The pidfd.', example: 3 }),
    targetFd: i32({ doc: 'Descriptor in the target.', example: 5 }),
  },
})
