/** module.*: kernel modules loaded and removed. Tarsier's own. */
import { defineField } from '../field-readers/define-field.ts'

export const MODULE_FIELDS = [
  defineField({
    name: 'module.name',
    type: 'string',
    doc: 'Name of the kernel module removed, or loaded where the call tells it.',
    example: 'nf_tables',
    kinds: ['kernel.module'],
    read: (event) => (event.kind === 'kernel.module' ? event.record.moduleName : undefined),
  }),
  defineField({
    name: 'module.path',
    type: 'string',
    doc: 'File that a kernel module was loaded from.',
    example: '/tmp/rootkit.ko',
    kinds: ['kernel.module'],
    read: (event) => (event.kind === 'kernel.module' ? event.record.modulePath : undefined),
  }),
]
