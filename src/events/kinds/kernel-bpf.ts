import { defineEvent, text, u32 } from '../define-event.ts'

export const kernelBpf = defineEvent({
  id: 56,
  name: 'kernel.bpf',
  types: ['bpf'],
  doc: 'The bpf() call was used.',
  fields: {
    command: u32({ doc: 'Command (BPF_*).', example: 5 }),
    programType: u32({ doc: 'Program type (BPF_PROG_LOAD), map type (BPF_MAP_CREATE).', example: 1 }),
    objectName: text(16, { doc: 'Name given to the program or map.', example: 'probe' }),
  },
})
