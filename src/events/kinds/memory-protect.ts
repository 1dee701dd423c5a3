import { defineEvent, i32, u32, u64 } from '../define-event.ts'

export const memoryProtect = defineEvent({
  id: 54,
  name: 'memory.protect',
  types: ['mmap', 'mprotect', 'pkey_mprotect'],
  doc: 'Memory was made executable that is anonymous, or writable too.',
  fields: {
    address: u64({ doc: 'Start of the mapping.', example: 139_637_976_727_552 }),
    length: u64({ doc: 'Bytes.', example: 4096 }),
    protection: u32({ doc: 'PROT_* bits.', example: 7 }),
    mapFlags: u32({ doc: 'MAP_* bits (mmap).', example: 34 }),
    fd: i32({ doc: 'Descriptor mapped, -1 for none.', example: -1 }),
  },
})
