import { defineEvent, i32, u32, u64 } from '../define-event.ts'
import { targetFields } from '../shared-fields.ts'

export const kernelPerf = defineEvent({
  id: 57,
  name: 'kernel.perf_event_open',
  types: ['perf_event_open'],
  doc: 'A performance event was opened.',
  fields: {
    ...targetFields,
    config: u64({ doc: 'attr.config.', example: 0 }),
    perfType: u32({ doc: 'attr.type (PERF_TYPE_*).', example: 2 }),
    onCpu: i32({ doc: 'CPU argument.', example: -1 }),
  },
})
