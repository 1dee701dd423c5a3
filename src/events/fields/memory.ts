/** memory.*: memory that was made executable. Tarsier's own. */
import type { AnyKernelEvent } from '../event.ts'
import { defineField } from '../field-readers/define-field.ts'

const KINDS = ['memory.protect']
const PROT_WRITE = 2
const PROT_EXEC = 4

/** By the codes of the record's `backing`. */
const BACKINGS = [undefined, 'anonymous', 'heap', 'stack', 'file', 'changed_file', 'nameless_file']

const recordOf = (event: AnyKernelEvent) => (event.kind === 'memory.protect' ? event.record : undefined)

const protection = (name: string, bit: number, doc: string) =>
  defineField({
    name,
    type: 'boolean',
    doc,
    example: true,
    kinds: KINDS,
    read: (event) => {
      const record = recordOf(event)
      return record === undefined ? undefined : (record.protection & bit) !== 0
    },
  })

export const MEMORY_FIELDS = [
  defineField({
    name: 'memory.backing',
    type: 'string',
    doc: 'What the memory is: anonymous, heap, stack, file, changed_file (the process changed its copy) or nameless_file (memfd, shared memory, deleted).',
    example: 'anonymous',
    kinds: KINDS,
    read: (event) => BACKINGS[recordOf(event)?.backing ?? 0],
  }),
  defineField({
    name: 'memory.length',
    type: 'number',
    doc: 'Bytes of the range.',
    unit: 'bytes',
    example: 4096,
    kinds: KINDS,
    read: (event) => recordOf(event)?.length,
  }),
  protection('memory.writable', PROT_WRITE, 'True when the range is writable as well.'),
  protection('memory.executable', PROT_EXEC, 'True when the range is executable.'),
]
