import { defineEvent, u64 } from '../define-event.ts'

export const credCapset = defineEvent({
  id: 41,
  name: 'cred.capset',
  types: ['capset'],
  doc: 'A thread set its capabilities; the header has those it ended with.',
  fields: {
    askedEffective: u64({ doc: 'Effective set asked for.', example: 0 }),
    askedPermitted: u64({ doc: 'Permitted set asked for.', example: 0 }),
    askedInheritable: u64({ doc: 'Inheritable set asked for.', example: 0 }),
  },
})
