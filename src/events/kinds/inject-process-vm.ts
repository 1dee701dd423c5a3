import { defineEvent } from '../define-event.ts'
import { targetFields } from '../shared-fields.ts'

export const injectProcessVm = defineEvent({
  id: 51,
  name: 'inject.process_vm',
  types: ['process_vm_readv', 'process_vm_writev'],
  doc: 'A process read or wrote the memory of another.',
  fields: {
    ...targetFields,
  },
})
