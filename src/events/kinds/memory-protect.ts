import { defineEvent, i32, u32, u64 } from '../define-event.ts'

export const memoryProtect = defineEvent({
  id: 54,
  name: 'memory.protect',
  types: ['mmap', 'mprotect', 'pkey_mprotect'],
  doc: 'Memory was made executable that is anonymous, writable too, or does not hold what a named file holds.',
  fields: {
    address: u64({ doc: 'Start of the mapping.', example: 139_637_976_727_552 }),
    length: u64({ doc: 'Bytes.', example: 4096 }),
    protection: u32({ doc: 'PROT_* bits.', example: 7 }),
    mapFlags: u32({ doc: 'MAP_* bits (mmap).', example: 34 }),
    backing: u32({
      doc: 'What the memory is: 0 not known, 1 anonymous, 2 heap, 3 stack, 4 a file, 5 a file of which the process changed its copy, 6 a file without a name (memfd, shared memory, deleted).',
      example: 1,
    }),
    fd: i32({ doc: 'Descriptor mapped, -1 for none.', example: -1 }),
  },
})
