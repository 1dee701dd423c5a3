import { defineEvent, u64 } from '../define-event.ts'

export const eventRepeat = defineEvent({
  id: 72,
  name: 'event.repeat',
  types: [],
  doc: 'Not an event: `repeat` in its header is how many events were folded into one that was sent before, when no equal one came to carry the number.',
  fields: {
    ofSeq: u64({ doc: '`seq` of the event that was sent, on the same CPU.', example: 4711 }),
    ofKind: u64({ doc: 'Id of its kind.', example: 10 }),
  },
})
