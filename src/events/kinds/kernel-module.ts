import { defineEvent, i32, text, u32 } from '../define-event.ts'

export const kernelModule = defineEvent({
  id: 55,
  name: 'kernel.module',
  types: ['init_module', 'finit_module', 'delete_module'],
  doc: 'A kernel module was loaded or removed.',
  fields: {
    moduleFlags: u32({ doc: 'Flags of finit_module or delete_module.', example: 0 }),
    fd: i32({ doc: 'Descriptor of finit_module, else -1.', example: 3 }),
    moduleName: text(64, { doc: 'Name (delete_module).', example: 'rootkit' }),
    modulePath: text(4096, { doc: 'File of finit_module.', example: '/tmp/rootkit.ko' }),
    parameters: text(256, { doc: 'Parameters given.', example: '' }),
  },
})
