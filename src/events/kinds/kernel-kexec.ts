import { defineEvent, text, u64 } from '../define-event.ts'

export const kernelKexec = defineEvent({
  id: 59,
  name: 'kernel.kexec',
  types: ['kexec_load', 'kexec_file_load'],
  doc: 'Another kernel was loaded.',
  fields: {
    kexecFlags: u64({ doc: 'Flags.', example: 0 }),
    kernelPath: text(4096, { doc: 'File (kexec_file_load).', example: '/boot/vmlinuz' }),
  },
})
