import { defineEvent, i32, u32, u64 } from '../define-event.ts'

export const processExit = defineEvent({
  id: 4,
  name: 'process.exit',
  types: ['procexit'],
  doc: 'The last thread of a process ended.',
  fields: {
    durationNs: u64({ doc: 'How long the process lived, ns.', example: 1_000_000 }),
    code: i32({ doc: 'Exit status, 0 to 255.', example: 0 }),
    signal: u32({ doc: 'Signal that ended it; 0 for none.', example: 9 }),
    coreDumped: u32({ doc: '1 when a core was dumped.', example: 0 }),
  },
})
