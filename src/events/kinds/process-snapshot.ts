import { defineEvent } from '../define-event.ts'
import { imageFields } from '../shared-fields.ts'

export const processSnapshot = defineEvent({
  id: 5,
  name: 'process.snapshot',
  types: ['snapshot'],
  doc: 'A process that already ran when the sensor started. Its argv and env are read from /proc.',
  fields: {
    ...imageFields,
  },
})
