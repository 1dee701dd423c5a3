import { defineEvent, text } from '../define-event.ts'
import { pathFields } from '../shared-fields.ts'

export const mountRoot = defineEvent({
  id: 23,
  name: 'mount.root',
  types: ['pivot_root', 'chroot'],
  doc: 'The root directory of a process was changed.',
  fields: {
    ...pathFields,
    putOld: text(4096, { doc: 'Where pivot_root puts the old root.', example: '/oldroot' }),
  },
})
