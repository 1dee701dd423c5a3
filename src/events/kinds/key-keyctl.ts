import { defineEvent, i32, text } from '../define-event.ts'

export const keyKeyctl = defineEvent({
  id: 45,
  name: 'key.keyctl',
  types: ['keyctl', 'add_key', 'request_key'],
  doc: 'The kernel key ring was used.',
  fields: {
    operation: i32({ doc: 'keyctl command; -1 for add_key and request_key.', example: 0 }),
    keyId: i32({ doc: 'Key acted on, where there is one.', example: 0 }),
    keyDescription: text(256, { doc: 'Type and description (add_key, request_key).', example: 'user:secret' }),
  },
})
