import { defineEvent, u64 } from '../define-event.ts'

export const nsUnshare = defineEvent({
  id: 44,
  name: 'ns.unshare',
  types: ['unshare'],
  doc: 'A process left namespaces for new ones.',
  fields: {
    unshareFlags: u64({ doc: 'Flags (CLONE_NEW*).', example: 268435456 }),
  },
})
